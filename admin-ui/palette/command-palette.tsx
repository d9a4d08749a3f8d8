import { Modal } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGlobalSearch } from '../api/queries.ts';
import type { Session } from '../api/types.ts';
import { links } from '../links.ts';
import { type Command, matchCommands } from './commands.ts';
import { useCommands } from './use-commands.ts';
import './command-palette.css';
import { useReturnFocus } from '../components/use-return-focus.ts';

/** Ctrl K: sections, actions, reports, and cards found on the server by two letters or more. */
export function CommandPalette({ session, onClose }: { session: Session; onClose: () => void }) {
  const { t } = useTranslation();
  useReturnFocus();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const listId = useId();
  const [asked] = useDebouncedValue(typed.trim(), 200);
  const found = useGlobalSearch(asked);
  const appointment = session.active.id;

  const records = (typed.trim().length >= 2 ? (found.data?.items ?? []) : []).map(
    (hit): Command => ({
      id: `${hit.entity}-${hit.id}`,
      group: hit.entityTitle,
      title: hit.label,
      ...(hit.detail ? { detail: hit.detail } : {}),
      to: links.card(appointment, hit.entity, hit.id),
    }),
  );
  const lines = [...matchCommands(useCommands(session), typed).slice(0, typed ? 8 : 30), ...records];
  const current = lines[Math.min(at, lines.length - 1)];
  const go = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    void navigate({ to: command.to, ...(command.search ? { search: command.search } : {}) });
  };
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setAt(Math.max(0, Math.min(lines.length - 1, Math.min(at, lines.length - 1) + step)));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      go(current);
    }
  };
  const searching = typed.trim().length >= 2 && (found.isFetching || asked !== typed.trim());

  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      padding={0}
      size={600}
      yOffset="12vh"
      centered={false}
      transitionProps={{ duration: 0 }}
      attributes={{ content: { 'aria-label': t('palette.title') } }}
    >
      <div className="k-palette-box">
        <IconSearch size={18} stroke={1.7} aria-hidden />
        <input
          className="k-palette-input"
          data-autofocus
          // biome-ignore lint/a11y/noAutofocus: the palette is opened to type into it
          autoFocus
          role="combobox"
          aria-expanded
          aria-controls={listId}
          aria-activedescendant={current ? `${listId}-${current.id}` : undefined}
          aria-label={t('palette.title')}
          placeholder={t('palette.placeholder')}
          value={typed}
          maxLength={200}
          onChange={event => {
            setTyped(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={onKey}
        />
        <kbd>Esc</kbd>
      </div>
      <Lines id={listId} lines={lines} current={current} onPick={go} onHover={setAt} />
      <p className="k-palette-status k-caption k-muted" role="status">
        {searching ? t('palette.searching') : lines.length === 0 ? t('nothingFound') : t('palette.keys')}
      </p>
    </Modal>
  );
}

interface LinesProps {
  id: string;
  lines: Command[];
  current: Command | undefined;
  onPick: (command: Command) => void;
  onHover: (index: number) => void;
}

/** The listbox of the palette; focus stays in the box above, which names the current option. */
function Lines({ id, lines, current, onPick, onHover }: LinesProps) {
  const { t } = useTranslation();
  const currentRef = useRef<HTMLDivElement>(null);
  useEffect(() => {
    currentRef.current?.scrollIntoView({ block: 'nearest' });
  }, [current?.id]);
  return (
    <div id={id} role="listbox" aria-label={t('palette.results')} className="k-palette-list">
      {lines.map((line, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the combobox that owns this list
        // biome-ignore lint/a11y/useFocusableInteractive: focus stays in the combobox
        <div
          key={line.id}
          id={`${id}-${line.id}`}
          role="option"
          aria-selected={line === current}
          ref={line === current ? currentRef : null}
          className="k-palette-line"
          onClick={() => onPick(line)}
          onMouseMove={() => onHover(index)}
        >
          <span className="k-grow">
            {line.title}
            {line.detail && <span className="k-caption k-muted"> {line.detail}</span>}
          </span>
          <span className="k-caption k-muted">{line.group}</span>
        </div>
      ))}
    </div>
  );
}
