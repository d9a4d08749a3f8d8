import { describe, expect, it } from 'vitest';
import type { EntityDescription } from '../../../../core/forms/description.types.ts';
import { prepareForm } from '../../../forms/schema/prepare.ts';
import { proposalOf, withoutPatch } from './proposal-form.ts';

const description = {
  schema: {
    type: 'object',
    properties: {
      person: { type: 'object', properties: { lastName: { type: 'string', readOnly: true } } },
      phone: { type: 'string', readOnly: true, 'x-absent': true },
      note: { type: 'string' },
    },
  },
  form: { entity: 'card', tabs: [], rules: [] },
  dictionaries: {},
} as unknown as EntityDescription;

describe('the form of a proposal', () => {
  it('opens the fields that may be proposed and closes all others', () => {
    const { leaves } = prepareForm(proposalOf(description, ['person.lastName', 'phone']));
    expect([...leaves.values()].map(leaf => [leaf.path, leaf.readOnly, leaf.absentable])).toEqual([
      ['person.lastName', false, false],
      ['phone', false, false],
      ['note', true, false],
    ]);
  });
  it('places the faults of the server in the form', () => {
    expect(withoutPatch('/patch/person/lastName')).toBe('/person/lastName');
    expect(withoutPatch('/patch')).toBe('');
    expect(withoutPatch('/patched')).toBe('/patched');
  });
});
