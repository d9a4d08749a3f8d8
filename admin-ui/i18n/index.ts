/**
 * Texts of the interface: Russian first, English beside it. Keys are flat (`list.empty.title`); numbers use
 * `_one`, `_few`, `_many`, `_other`. `ru.json` and `en.json` serve the shell and screens; `forms.ru.json` and
 * `forms.en.json` the card forms. Texts of plugins come from the server in the reader's language.
 */
import i18n from 'i18next';
import { initReactI18next } from 'react-i18next';
import { apiContext } from '../api/client.ts';
import formsRu from './forms.ru.json' with { type: 'json' };
import ru from './ru.json' with { type: 'json' };

export type Language = 'ru' | 'en';
const STORED = 'kartoteka.language';

const stored = (): Language => (localStorage.getItem(STORED) === 'en' ? 'en' : 'ru');

/** Loads English only when somebody reads it. */
async function loadEnglish() {
  const [shell, forms] = await Promise.all([import('./en.json'), import('./forms.en.json')]);
  i18n.addResourceBundle('en', 'translation', { ...shell.default, ...forms.default });
}

function apply(language: Language) {
  document.documentElement.lang = language;
  apiContext.setLanguage(language);
}

export async function startTexts(): Promise<void> {
  await i18n.use(initReactI18next).init({
    lng: 'ru',
    fallbackLng: 'ru',
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
    returnEmptyString: false,
    resources: { ru: { translation: { ...ru, ...formsRu } } },
  });
  await changeLanguage(stored());
}

export async function changeLanguage(language: Language): Promise<void> {
  if (language === 'en') await loadEnglish();
  localStorage.setItem(STORED, language);
  apply(language);
  await i18n.changeLanguage(language);
}

export { i18n };
