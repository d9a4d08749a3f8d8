import { Checkbox } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { toggle } from './overlay-tree.ts';
import type { DesignRole, FieldSetting } from './types.ts';

interface FieldRolesProps {
  roles: DesignRole[];
  setting: FieldSetting;
  set: (change: Partial<FieldSetting>) => void;
  fault: string | undefined;
}

/** Who sees the field and who fills it in; who may write may read. */
export function FieldRoles({ roles, setting, set, fault }: FieldRolesProps) {
  const { t } = useTranslation();
  const mark = (role: string, action: 'read' | 'write', on: boolean) => {
    const other = action === 'write' ? on : !on;
    set({
      [action]: toggle(setting[action], role, on),
      ...(action === 'write' && other ? { read: toggle(setting.read, role, true) } : {}),
      ...(action === 'read' && !on ? { write: toggle(setting.write, role, false) } : {}),
    });
  };
  return (
    <fieldset className="k-field-roles">
      <legend>{t('constructor.roles')}</legend>
      {fault && (
        <p className="k-field-error" role="alert">
          {fault}
        </p>
      )}
      <table>
        <thead>
          <tr>
            <th scope="col">{t('constructor.role')}</th>
            <th scope="col">{t('constructor.roles.read')}</th>
            <th scope="col">{t('constructor.roles.write')}</th>
          </tr>
        </thead>
        <tbody>
          {roles.map(({ role, title, read, write }) => (
            <tr key={role}>
              <th scope="row">{title}</th>
              {(['read', 'write'] as const).map(action => (
                <td key={action}>
                  {(action === 'read' ? read : write) && (
                    <Checkbox
                      aria-label={`${title}: ${t(`constructor.roles.${action}`)}`}
                      checked={setting[action].includes(role)}
                      onChange={event => mark(role, action, event.currentTarget.checked)}
                    />
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </fieldset>
  );
}
