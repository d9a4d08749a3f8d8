import { Alert, Button } from '@mantine/core';
import { IconSearch, IconUserPlus } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EntityDescription } from '../../../core/forms/description.types.ts';
import type { PersonMatch } from '../../../core/storage/gateway.types.ts';
import { api } from '../../api/client.ts';
import { References } from '../environment.ts';
import { prepareForm } from '../schema/prepare.ts';
import { SchemaForm, type SchemaFormHandle } from '../schema-form.tsx';
import type { Problems } from '../validation/problems.ts';
import { getAt, isObject, prune, type Values } from '../values/paths.ts';
import { MatchList } from './match-list.tsx';
import css from './people.module.css';
import { canSearch, type PersonChoice } from './person-match.ts';

const LAYOUT = [
  [
    { field: 'person.lastName', span: 4 },
    { field: 'person.firstName', span: 4 },
    { field: 'person.middleName', span: 4 },
  ],
  [
    { field: 'person.birthDate', span: 4 },
    { field: 'person.sex', span: 4 },
    { field: 'person.snils', span: 4 },
  ],
];

/** The part of a card's description that is about the person. */
export function preparePerson(target: EntityDescription) {
  const person = getAt(target.schema, ['properties', 'person']);
  return prepareForm({
    schema: { type: 'object', required: ['person'], properties: { person } },
    form: {
      tabs: [{ id: 'person', title: '', sections: [{ id: 'person', title: '', rows: LAYOUT }] }],
      rules: [],
    },
    dictionaries: target.dictionaries,
  });
}

const askPeople = async (typed: Values) => {
  const { sex: _sex, ...criteria } = typed;
  const answer = await api.post<PersonMatch[] | { items: PersonMatch[] }>('/api/people/search', {
    body: criteria,
  });
  return Array.isArray(answer) ? answer : answer.items;
};

interface PersonSearchProps {
  target: EntityDescription;
  recordAction: 'open' | 'choose';
  initial?: Values | undefined;
  initialProblems?: Problems | undefined;
  idPrefix: string;
  onTyped?: ((person: Values) => void) | undefined;
  onChoice: (choice: PersonChoice) => void;
}

/** Nobody is entered twice: the region is searched first, and only then may a person be new. */
export function PersonSearch(props: PersonSearchProps) {
  const { target, idPrefix } = props;
  const { t } = useTranslation();
  const form = useRef<SchemaFormHandle>(null);
  const prepared = useMemo(() => preparePerson(target), [target]);
  const [references] = useState(() => new References());
  const [searched, setSearched] = useState<Values>();
  const search = useMutation({ mutationFn: askPeople });
  const [initial] = useState<Values>(() => (props.initial ? { person: props.initial } : {}));
  const typedNow = () => (prune(form.current?.values().person ?? {}) ?? {}) as Values;

  const find = () => {
    const typed = typedNow();
    if (!canSearch(typed)) {
      form.current?.show(new Map([['/person/lastName', t('form.people.enough')]]));
      form.current?.focus('/person/lastName');
      return;
    }
    setSearched(typed);
    search.mutate(typed);
  };
  const takeNew = () => {
    const problems = form.current?.check();
    const first = problems && [...problems.keys()][0];
    if (first !== undefined) {
      form.current?.focus(first);
      return;
    }
    const person = typedNow();
    const label = [person.lastName, person.firstName, person.middleName].filter(Boolean).join(' ');
    const known = (search.data?.length ?? 0) > 0;
    props.onChoice({ kind: 'new', person: known ? { ...person, isNew: true } : person, label });
  };
  const matches = search.data ?? [];
  return (
    <div className={css.search}>
      {/* Enter in any of these fields searches, as it would in a search box. */}
      <form
        onSubmit={event => {
          event.preventDefault();
          event.stopPropagation();
          find();
        }}
      >
        <SchemaForm
          ref={form}
          prepared={prepared}
          dictionaries={target.dictionaries}
          references={references}
          initial={initial}
          initialProblems={props.initialProblems}
          idPrefix={idPrefix}
          bare
          onChange={values => {
            if (isObject(values.person)) props.onTyped?.(values.person);
          }}
        />
        <Button
          type="submit"
          mt="md"
          variant={searched ? 'default' : 'filled'}
          loading={search.isPending}
          leftSection={<IconSearch size={16} />}
        >
          {t('form.people.search')}
        </Button>
      </form>
      <div role="status" className={css.result}>
        {search.isSuccess && (
          <p>
            {t(matches.length > 0 ? 'form.people.found' : 'form.people.nobody', { count: matches.length })}
          </p>
        )}
      </div>
      {search.isError && (
        <Alert color="red" role="alert">
          {search.error instanceof Error && search.error.message
            ? search.error.message
            : t('form.people.failed')}
        </Alert>
      )}
      {search.isSuccess && (
        <>
          <MatchList
            matches={matches}
            typed={searched ?? {}}
            entity={target.id}
            recordAction={target.manyPerPerson ? 'another' : props.recordAction}
            titleOf={field => prepared.leaves.get(`person.${field}`)?.title ?? field}
            onChoice={props.onChoice}
          />
          {target.can.create && (
            <Button
              variant={matches.length > 0 ? 'default' : 'filled'}
              leftSection={<IconUserPlus size={16} />}
              onClick={takeNew}
            >
              {t(matches.length > 0 ? 'form.people.newAnyway' : 'form.people.new')}
            </Button>
          )}
        </>
      )}
    </div>
  );
}
