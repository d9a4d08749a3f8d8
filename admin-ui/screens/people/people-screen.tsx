import { Button, Tabs } from '@mantine/core';
import { IconKey, IconUserPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../../api/queries.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { EmptyState, ErrorState, LoadingLines } from '../../components/states.tsx';
import { useDocumentTitle } from '../../components/use-document-title.ts';
import { AccountDialog } from './account-dialog.tsx';
import { AccountList } from './account-list.tsx';
import { AppointmentDialog } from './appointment-dialog.tsx';
import { HandedDialog } from './handed-dialog.tsx';
import { type Account, type Handed, type HeldAppointment, useStaffing } from './people-queries.ts';
import { SlipsDialog, WHOSE } from './slips-dialog.tsx';
import { StaffingTable } from './staffing-table.tsx';
import './people.css';

/** The one dialog that is open. */
export type Dialog =
  | { kind: 'account'; account: Account }
  /** Without an account: a new one. With an appointment: its order and days. */
  | { kind: 'appoint'; account?: Account; appointment?: HeldAppointment; role?: string }
  | { kind: 'handed'; name: string; handed: Handed }
  | { kind: 'slips' };

/** Users and appointments: who works in the system, by which order, and with which password they begin. */
export function PeopleScreen() {
  const { t } = useTranslation();
  const session = useSession().data;
  const can = session?.can;
  const staffing = useStaffing(can?.people === true);
  const [dialog, setDialog] = useState<Dialog>();
  useDocumentTitle(t('people.title'));
  const close = () => setDialog(undefined);
  const givable = staffing.data?.givable ?? [];
  const kinds = new Set(givable.map(one => one.kind));
  // Who sees no list gives passwords to the own class.
  const whose = WHOSE.filter(kind => (can?.people ? kinds.has(kind) : kind !== 'staff'));
  return (
    <>
      <PageHeader
        title={t('people.title')}
        help={t('people.help')}
        actions={
          <>
            {can?.slips && (
              <Button
                variant="default"
                disabled={whose.length === 0}
                leftSection={<IconKey size={18} stroke={1.6} aria-hidden />}
                onClick={() => setDialog({ kind: 'slips' })}
              >
                {t('people.slips')}
              </Button>
            )}
            {givable.length > 0 && (
              <Button
                leftSection={<IconUserPlus size={18} stroke={1.6} aria-hidden />}
                onClick={() => setDialog({ kind: 'appoint' })}
              >
                {t('people.add')}
              </Button>
            )}
          </>
        }
      />
      {!can ? (
        <LoadingLines />
      ) : !can.people ? (
        <EmptyState title={t('people.slipsOnly.title')} text={t('people.slipsOnly.text')} />
      ) : (
        <Tabs defaultValue="users" className="k-people" keepMounted={false}>
          <Tabs.List className="k-people-tabs">
            <Tabs.Tab value="users">{t('people.users')}</Tabs.Tab>
            <Tabs.Tab value="staffing">{t('people.staffing')}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="users">
            <AccountList
              roles={staffing.data?.items ?? []}
              onOpen={account => setDialog({ kind: 'account', account })}
            />
          </Tabs.Panel>
          <Tabs.Panel value="staffing">
            {staffing.isError ? (
              <ErrorState error={staffing.error} onRetry={staffing.refetch} />
            ) : !staffing.data ? (
              <LoadingLines />
            ) : (
              <StaffingTable
                staffing={staffing.data}
                onAppoint={role => setDialog({ kind: 'appoint', role })}
              />
            )}
          </Tabs.Panel>
        </Tabs>
      )}
      {dialog?.kind === 'account' && (
        <AccountDialog
          account={dialog.account}
          mayAppoint={givable.length > 0}
          onDialog={setDialog}
          onClose={close}
        />
      )}
      {dialog?.kind === 'appoint' && (
        <AppointmentDialog {...dialog} givable={givable} onDialog={setDialog} onClose={close} />
      )}
      {dialog?.kind === 'handed' && <HandedDialog {...dialog} onClose={close} />}
      {dialog?.kind === 'slips' && <SlipsDialog whose={whose} onClose={close} />}
    </>
  );
}
