import '@fontsource-variable/golos-text/index.css';
import './tokens.css';
import './mantine.css';
import './base.css';

export { shareStyleNonce, styleNonce } from './nonce.ts';
export { cssVariables, theme } from './theme.ts';
