export { CardScreen } from './card-screen.tsx';
export { NewCardScreen } from './new/new-card-screen.tsx';
