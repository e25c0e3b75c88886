interface ChooseAllProps {
  all: boolean;
  some: boolean;
  toggleAll: () => void;
  /** What stands beside it; without it the words are only heard. */
  text?: string;
}

/** Chooses all rows that are shown, or none; it is neither while some are chosen. */
export function ChooseAll({ all, some, toggleAll, text }: ChooseAllProps) {
  return (
    <label>
      <input
        type="checkbox"
        checked={all}
        ref={box => {
          if (box) box.indeterminate = some && !all;
        }}
        onChange={toggleAll}
        aria-label={text ? undefined : "Choose all rows that are shown"}
      />
      {text}
    </label>
  );
}
