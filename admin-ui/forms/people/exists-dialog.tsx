import { Button, Group, Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useReturnFocus } from '../../components/use-return-focus.ts';
import { useTarget } from '../use-target.ts';
import type { Values } from '../values/paths.ts';
import { MatchList } from './match-list.tsx';
import { ownerPath, type PersonClash } from './person-clash.ts';
import type { PersonChoice } from './person-match.ts';
import { preparePerson } from './person-search.tsx';

interface ExistsDialogProps {
  clash: PersonClash;
  /** Kind of card at that place. */
  entity: string;
  typed: Values;
  onChoice: (choice: PersonChoice) => void;
  onClose: () => void;
}

/** «Такой человек уже есть»: the reader decides whether it is the same one. */
export function ExistsDialog({ clash, entity, typed, onChoice, onClose }: ExistsDialogProps) {
  const { t } = useTranslation();
  useReturnFocus();
  const target = useTarget(entity);
  const prepared = target && preparePerson(target);
  const isRoot = ownerPath(clash.path) === '';
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t('form.exists.title')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <p>{clash.detail}</p>
      <MatchList
        matches={clash.candidates}
        typed={typed}
        entity={entity}
        recordAction={target?.manyPerPerson ? 'another' : isRoot ? 'open' : 'choose'}
        titleOf={field => prepared?.leaves.get(`person.${field}`)?.title ?? field}
        onChoice={onChoice}
      />
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" onClick={onClose}>
          {t('form.exists.back')}
        </Button>
        {clash.facetId && clash.candidates.length === 0 && (
          <Button onClick={() => onChoice({ kind: 'record', id: clash.facetId ?? '', label: '' })}>
            {t(isRoot ? 'form.people.open' : 'form.people.choose')}
          </Button>
        )}
        {!clash.facetId && (
          <Button variant="light" onClick={() => onChoice({ kind: 'new', person: typed, label: '' })}>
            {t('form.people.newAnyway')}
          </Button>
        )}
      </Group>
    </Modal>
  );
}
