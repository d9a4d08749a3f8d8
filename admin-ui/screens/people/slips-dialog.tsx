import { Alert, Button, Checkbox, Group, Modal, Radio, Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { saveFile } from '../../api/download.ts';
import { useAppointment } from '../../api/queries.ts';
import { RefSelect } from '../../components/ref-select.tsx';
import { useReturnFocus } from '../../components/use-return-focus.ts';
import { fetchSlips, type SlipsWish, useAct } from './people-queries.ts';

export const WHOSE = ['student', 'guardian', 'staff'] as const;
export type Whose = (typeof WHOSE)[number];
const TITLES = { student: 'people.students', guardian: 'people.guardians', staff: 'people.staff' } as const;

/** One-time passwords of a class or of the staff, as a paper to be cut; the passwords are nowhere else. */
export function SlipsDialog({ whose: offered, onClose }: { whose: readonly Whose[]; onClose: () => void }) {
  useReturnFocus();
  const { t } = useTranslation();
  const appointment = useAppointment();
  const [whose, setWhose] = useState<Whose>(offered[0] ?? 'student');
  const [group, setGroup] = useState<string[]>([]);
  const [renew, setRenew] = useState(false);
  const slips = useAct((wish: SlipsWish) => fetchSlips(wish, appointment));
  const make = () => {
    const [id] = group;
    const of = whose === 'staff' ? { staff: true } : id ? { group: { id, of: whose } } : undefined;
    if (of) slips.mutate({ ...of, renew }, { onSuccess: file => file && saveFile(file) });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size={560}
      title={t('people.slips')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <Stack gap={12}>
        <Radio.Group label={t('people.whose')} value={whose} onChange={value => setWhose(value as Whose)}>
          <Group gap={20} mt={4}>
            {offered.map(one => (
              <Radio
                key={one}
                value={one}
                label={t(TITLES[one])}
                data-autofocus={one === whose || undefined}
              />
            ))}
          </Group>
        </Radio.Group>
        {whose !== 'staff' && (
          <RefSelect
            entity="study-group"
            label={t('people.group')}
            required
            value={group}
            onChange={setGroup}
          />
        )}
        <Checkbox
          label={t('people.renew')}
          checked={renew}
          onChange={event => setRenew(event.currentTarget.checked)}
        />
        <Alert color="yellow">{t('people.slipsOnce')}</Alert>
        <div role="status">
          {slips.isSuccess && t(slips.data ? 'people.slipsDone' : 'people.slipsNobody')}
        </div>
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onClose}>
            {t('close')}
          </Button>
          <Button loading={slips.isPending} disabled={whose !== 'staff' && group.length === 0} onClick={make}>
            {t('people.slipsMake')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
