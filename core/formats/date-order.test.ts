import { describe, expect, it } from 'vitest';
import { dateOrderFaults } from './date-order.ts';

const day = (title: string, more: object = {}) => ({ title, type: 'string', format: 'date', ...more });
const span = { from: day('С'), until: day('По', { 'x-not-before': 'from' }) };
const schema = {
  type: 'object',
  properties: {
    ...span,
    term: { type: 'object', properties: span },
    rows: { type: 'array', items: { type: 'object', properties: span } },
  },
};

describe('days in order', () => {
  it('names a day before the one it may not precede: in the card, in a group, in a row', () => {
    const wrong = { from: '2026-09-02', until: '2026-09-01' };
    const faults = dateOrderFaults(schema, { ...wrong, term: wrong, rows: [{ from: '2026-09-01' }, wrong] });
    expect(faults.map(({ path }) => path)).toEqual(['/until', '/term/until', '/rows/1/until']);
    expect(faults[0]?.message).toBe('По: не может быть раньше, чем «С»');
  });

  it('takes the same day, and a day whose other one is not given', () => {
    expect(dateOrderFaults(schema, { from: '2026-09-01', until: '2026-09-01' })).toEqual([]);
    expect(dateOrderFaults(schema, { until: '2026-09-01' })).toEqual([]);
    expect(dateOrderFaults(schema, { from: '2026-09-01', until: null })).toEqual([]);
  });

  it('says it in English too', () => {
    const [fault] = dateOrderFaults(schema, { from: '2026-09-02', until: '2026-09-01' }, 'en');
    expect(fault?.message).toMatch(/^По: must not be before/);
  });
});
