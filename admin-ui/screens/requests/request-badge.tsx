import { useTranslation } from 'react-i18next';
import type { RequestItem } from '../../../core/storage/requests/request.types.ts';
import { StatusBadge } from '../../components/status-badge.tsx';

const TONES = { open: 'warn', approved: 'ok', refused: 'danger', withdrawn: 'plain' } as const;

export function RequestBadge({ item }: { item: RequestItem }) {
  const { t } = useTranslation();
  return <StatusBadge tone={TONES[item.state]}>{t(`requests.state.${item.state}`)}</StatusBadge>;
}
