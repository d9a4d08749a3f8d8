import { Menu } from '@mantine/core';
import { IconCheck, IconKey, IconLogout, IconShieldLock } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Session } from '../api/types.ts';
import { changeLanguage, type Language } from '../i18n/index.ts';
import { links } from '../links.ts';
import { signOut } from '../session/sign-out.ts';
import './user-menu.css';

const LANGUAGES: { id: Language; name: string }[] = [
  { id: 'ru', name: 'Русский' },
  { id: 'en', name: 'English' },
];

/** Who is signed in, the language, and the way out. */
export function UserMenu({ session, folded }: { session: Session; folded: boolean }) {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  // Answers carry texts in the reader's language, so all of them are asked again.
  const choose = (language: Language) => void changeLanguage(language).then(() => client.invalidateQueries());
  return (
    <Menu position="top-start" width={220}>
      <Menu.Target>
        <button type="button" className="k-plain k-user">
          <span className="k-user-initials" aria-hidden>
            {initials(session.user.name)}
          </span>
          {!folded && (
            <span className="k-user-text">
              <span>{session.user.name}</span>
              <span className="k-caption k-muted">{session.active.roleTitle}</span>
            </span>
          )}
          <span className="k-hidden">
            {folded && session.user.name} {t('user.menu')}
          </span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('language')}</Menu.Label>
        {LANGUAGES.map(({ id, name }) => (
          <Menu.Item
            key={id}
            lang={id}
            onClick={() => choose(id)}
            rightSection={
              i18n.language === id ? <IconCheck size={16} role="img" aria-label={t('chosen')} /> : null
            }
          >
            {name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconKey size={16} aria-hidden />}
          onClick={() => void navigate({ to: links.password(session.active.id) })}
        >
          {t('password.title')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconShieldLock size={16} aria-hidden />}
          onClick={() => void navigate({ to: links.security(session.active.id) })}
        >
          {t('security.title')}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => void signOut(client)}>
          {t('user.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** «Иванова М. П.» -> «ИМ» */
function initials(name: string): string {
  const words = name.split(/[\s.]+/).filter(Boolean);
  return words
    .slice(0, 2)
    .map(word => word[0])
    .join('')
    .toLocaleUpperCase('ru');
}
