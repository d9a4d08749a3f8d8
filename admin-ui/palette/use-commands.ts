import { useQueries } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { entityQuery } from '../api/queries.ts';
import { useReports } from '../api/report-queries.ts';
import type { Session } from '../api/types.ts';
import { links } from '../links.ts';
import type { Command } from './commands.ts';

/** Sections, reports and what may be added here, as commands. */
export function useCommands(session: Session): Command[] {
  const { t } = useTranslation();
  const appointment = session.active.id;
  const reports = useReports().data ?? [];
  const kinds = useQueries({
    queries: session.menu
      .filter(entry => entry.view === undefined)
      .map(entry => entityQuery(appointment, entry.list)),
  });
  const sections = t('palette.sections');
  const section = (id: string, title: string, to: string): Command => ({ id, group: sections, title, to });
  return [
    section('home', t('home.title'), links.home(appointment)),
    ...session.menu.map(entry => ({
      ...section(`${entry.list} ${entry.view ?? ''}`, entry.title, links.list(appointment, entry.list)),
      ...(entry.view ? { search: { view: entry.view } } : {}),
    })),
    section('reports', t('reports.title'), links.reports(appointment)),
    ...kinds.flatMap(({ data }): Command[] =>
      data?.can.create
        ? [
            {
              id: `new-${data.id}`,
              group: t('palette.actions'),
              title: t('palette.add', { title: data.title }),
              to: links.newCard(appointment, data.id),
            },
          ]
        : [],
    ),
    ...reports.map(
      (report): Command => ({
        id: `report-${report.id}`,
        group: t('reports.title'),
        title: report.title,
        to: links.report(appointment, report.id),
      }),
    ),
  ];
}
