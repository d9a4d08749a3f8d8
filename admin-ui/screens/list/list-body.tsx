import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { EntityDescription } from '../../../core/forms/description.types.ts';
import { useList } from '../../api/queries.ts';
import type { Session } from '../../api/types.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { ErrorState, LoadingLines } from '../../components/states.tsx';
import { useDelayed } from '../../components/use-delayed.ts';
import { useDocumentTitle } from '../../components/use-document-title.ts';
import { links } from '../../links.ts';
import type { ListSearch } from '../../router.tsx';
import { FilterBar } from './filter-bar.tsx';
import { ListActions } from './list-actions.tsx';
import { listQuery } from './list-query.ts';
import { ListRows } from './list-rows.tsx';
import { type ListState, noConditions, useListState } from './list-state.ts';
import { NothingHere } from './nothing-here.tsx';
import { Pager } from './pager.tsx';
import { useShownColumns } from './shown-columns.ts';
import './list.css';

/** What is added belongs to the whole list: in a part of it there is no adding. */
const partOf = (description: EntityDescription): EntityDescription => ({
  ...description,
  can: { ...description.can, create: false },
});

/** More is asked than the part of the list that the menu names. */
const isNarrowed = (state: ListState) =>
  state.q.trim() !== '' || state.conditions.length > 0 || Object.keys(state.quick).length > 0;

interface ListBodyProps {
  session: Session;
  description: EntityDescription;
}

export function ListBody({ session, ...props }: ListBodyProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const appointment = session.active.id;
  const here = links.list(appointment, props.description.id);
  const search = useSearch({ strict: false }) as ListSearch;
  const part = session.menu.find(
    item => item.list === props.description.id && item.view === (search.view ?? ''),
  );
  const description = useMemo(
    () => (part ? partOf(props.description) : props.description),
    [part, props.description],
  );
  const { columns, choose, changed } = useShownColumns(session.user.login, description);
  const [state, change] = useListState(part?.view ? `${here}?${part.view}` : here);
  const title = part?.title ?? description.plural;
  useDocumentTitle(title);

  const query = listQuery(description, {
    state,
    view: search.view,
    own: part?.filter,
    sort: search.sort,
    after: search.after,
    columns: columns.map(({ path }) => path),
  });
  const answer = useList(description.id, query);
  const dimmed = useDelayed(answer.isFetching && answer.isPlaceholderData);
  const narrowed =
    part === undefined ? query.filter !== undefined || query.q !== undefined : isNarrowed(state);

  const go = (next: ListSearch, replace = true) => void navigate({ to: here, search: next, replace });
  const restart = () => {
    const { after: _, ...rest } = search;
    if (search.after) go(rest);
  };
  const narrow = (part: Parameters<typeof change>[0]) => {
    change({ ...part, trail: [''] });
    restart();
  };
  const clear = () => {
    change(noConditions);
    go({
      ...(part && search.view ? { view: search.view } : {}),
      ...(search.sort ? { sort: search.sort } : {}),
    });
  };
  const sortBy = (sort: string) => {
    change({ trail: [''] });
    go({ ...(search.view ? { view: search.view } : {}), sort });
  };

  return (
    <div className="k-list-page">
      <PageHeader
        title={title}
        help={description.help}
        actions={
          <ListActions description={description} query={query} columns={columns} appointment={appointment} />
        }
      />
      <FilterBar
        description={description}
        state={state}
        view={part ? undefined : search.view}
        columns={columns}
        columnsChanged={changed}
        onColumns={choose}
        onNarrow={narrow}
        onView={view => go({ ...(search.sort ? { sort: search.sort } : {}), ...(view ? { view } : {}) })}
        onClear={clear}
      />
      <div className="k-list-rows">
        {answer.isError ? (
          <ErrorState error={answer.error} onRetry={answer.refetch} />
        ) : !answer.data ? (
          <LoadingLines lines={12} />
        ) : answer.data.items.length === 0 ? (
          <NothingHere
            description={description}
            narrowed={narrowed}
            part={part !== undefined}
            appointment={appointment}
            onClear={clear}
          />
        ) : (
          <ListRows
            description={description}
            columns={columns}
            items={answer.data.items}
            sort={query.sort ?? ''}
            appointment={appointment}
            dimmed={dimmed}
            onSort={sortBy}
          />
        )}
      </div>
      <Pager
        page={answer.data}
        busy={answer.isPlaceholderData}
        trail={state.trail}
        after={search.after}
        label={t('list.pages')}
        onPage={(after, trail) => {
          change({ trail });
          const { after: _, ...rest } = search;
          go(after ? { ...rest, after } : rest, false);
        }}
      />
    </div>
  );
}
