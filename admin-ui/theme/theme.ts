import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

/** Ten shades around the one accent; the last is `--k-accent`. */
const accent: MantineColorsTuple = [
  '#edf2ff',
  '#e7edff',
  '#bac8ff',
  '#91a7ff',
  '#748ffc',
  '#5c7cfa',
  '#4c6ef5',
  '#4263eb',
  '#3b5bdb',
  '#364fc7',
];

/** The tokens of `tokens.css` as Mantine's theme: sizes, the font and the accent. */
export const theme = createTheme({
  fontFamily: 'var(--k-font)',
  headings: { fontFamily: 'var(--k-font)', fontWeight: '600' },
  colors: { accent },
  primaryColor: 'accent',
  primaryShade: 9,
  defaultRadius: 8,
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontSizes: { xs: '12px', sm: '14px', md: '14px', lg: '16px', xl: '20px' },
  components: {
    Modal: { defaultProps: { centered: true, radius: 10, transitionProps: { duration: 100 } } },
    Drawer: { defaultProps: { transitionProps: { duration: 120 } } },
    // The placeholder is an extra stop inside role=menu, which may hold items only.
    Menu: {
      defaultProps: { shadow: 'md', transitionProps: { duration: 80 }, withInitialFocusPlaceholder: false },
    },
    Popover: { defaultProps: { shadow: 'md', transitionProps: { duration: 80 } } },
    // The list of options itself scrolls (base.css): what is around it would have to be a stop of its own.
    Select: { defaultProps: { withScrollArea: false } },
    MultiSelect: { defaultProps: { withScrollArea: false } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
  },
});

/** Mantine's own error, dimmed and placeholder colours miss 4.5:1 on white; these reach it. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {
    '--mantine-color-accent-filled': 'var(--k-accent)',
    '--mantine-color-accent-filled-hover': 'var(--k-accent-strong)',
  },
  light: {
    '--mantine-color-text': 'var(--k-text)',
    '--mantine-color-body': 'var(--k-surface)',
    '--mantine-color-error': 'var(--k-danger)',
    '--mantine-color-dimmed': 'var(--k-text-3)',
    '--mantine-color-placeholder': 'var(--k-text-3)',
    '--mantine-color-anchor': 'var(--k-accent)',
    '--mantine-color-default-border': 'var(--k-line)',
    '--mantine-color-default-hover': 'var(--k-hover)',
    '--mantine-primary-color-filled': 'var(--k-accent)',
    '--mantine-primary-color-filled-hover': 'var(--k-accent-strong)',
    '--mantine-primary-color-light': 'var(--k-accent-bg)',
    '--mantine-primary-color-light-color': 'var(--k-accent)',
    '--mantine-color-accent-light': 'var(--k-accent-bg)',
    '--mantine-color-accent-light-hover': '#dbe4ff',
    '--mantine-color-accent-light-color': 'var(--k-accent)',
    '--mantine-color-red-filled': 'var(--k-danger)',
    '--mantine-color-red-filled-hover': '#8f1e18',
    '--mantine-color-red-light': 'var(--k-danger-bg)',
    '--mantine-color-red-light-color': 'var(--k-danger)',
  },
  dark: {},
});
