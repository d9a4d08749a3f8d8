/** Days and orders as people read them. */
import { useTranslation } from 'react-i18next';

const day = (iso: string) => iso.slice(0, 10).split('-').reverse().join('.');

export function useDays() {
  const { t } = useTranslation();
  return {
    day,
    moment: (iso: string) =>
      new Date(iso).toLocaleString('ru', {
        day: '2-digit',
        month: '2-digit',
        year: 'numeric',
        hour: '2-digit',
        minute: '2-digit',
      }),
    /** «приказ № 12-к от 01.09.2026», or nothing. */
    order: ({ orderNumber, orderDate }: { orderNumber?: string; orderDate?: string }) =>
      orderNumber && orderDate ? t('people.order', { number: orderNumber, date: day(orderDate) }) : '',
    span: ({ from, to }: { from: string; to?: string }) =>
      to ? t('people.fromTo', { from: day(from), to: day(to) }) : t('people.from', { from: day(from) }),
  };
}
