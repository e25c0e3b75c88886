import DesktopIcon from "@patternfly/react-icons/dist/esm/icons/desktop-icon";
import MoonIcon from "@patternfly/react-icons/dist/esm/icons/moon-icon";
import SunIcon from "@patternfly/react-icons/dist/esm/icons/sun-icon";
import { setTheme, type Theme, useTheme } from "./theme";

const CHOICES: { theme: Theme; name: string; Icon: typeof SunIcon }[] = [
  { theme: "system", name: "As the system", Icon: DesktopIcon },
  { theme: "light", name: "Light", Icon: SunIcon },
  { theme: "dark", name: "Dark", Icon: MoonIcon },
];

export function ThemeSwitch() {
  const theme = useTheme();
  return (
    <fieldset className="pl-switch">
      <legend className="pl-hidden">Colours</legend>
      {CHOICES.map(({ theme: each, name, Icon }) => (
        <button
          key={each}
          type="button"
          aria-pressed={theme === each}
          aria-label={name}
          title={name}
          onClick={() => setTheme(each)}
        >
          <Icon />
        </button>
      ))}
    </fieldset>
  );
}
