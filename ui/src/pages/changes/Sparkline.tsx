/** How often in each bin, as small bars; the words stand beside it. */
export function Sparkline({ bins, most }: { bins: readonly number[]; most: number }) {
  const width = 100 / bins.length;
  return (
    <svg className="pl-spark" viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden>
      {bins.map((count, at) =>
        count > 0 ? (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a bin is its place
            key={at}
            x={at * width}
            width={Math.max(width * 0.8, 0.6)}
            y={20 - Math.max(2, (count / most) * 20)}
            height={Math.max(2, (count / most) * 20)}
          />
        ) : null,
      )}
    </svg>
  );
}
