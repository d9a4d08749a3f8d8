import { useEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';
import type { Session } from '../api/types.ts';
import { useValueWords } from '../components/use-value-words.ts';
import { instantText } from '../components/value-text.ts';
import './print-stamp.css';

/** A screen that is printed names the system, the moment and the person on every page (S001-4.5). */
export function PrintStamp({ session }: { session: Session }) {
  const { t } = useTranslation();
  const { locale } = useValueWords();
  const [at, setAt] = useState(() => new Date());
  useEffect(() => {
    const printing = () => flushSync(() => setAt(new Date()));
    window.addEventListener('beforeprint', printing);
    return () => window.removeEventListener('beforeprint', printing);
  }, []);
  const { name } = session.user;
  const { roleTitle, organisation } = session.active;
  return (
    <p className="k-print-stamp">
      {[
        t('app.name'),
        instantText(at.toISOString(), locale),
        `${name}, ${roleTitle}, ${organisation.name}`,
      ].join(' · ')}
    </p>
  );
}
