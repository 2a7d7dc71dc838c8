import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { EndpointBody, ModelEndpoint, TriedEndpoint } from '../../../../src/contract/model-endpoints.ts';
import { addEndpoint, changeEndpoint } from '../../../api/model-endpoints.ts';
import { t } from '../../../i18n/translate.ts';
import { Choice } from '../../../ui/choice.tsx';
import { FormDialog } from '../../../ui/dialog.tsx';
import { Field, TextInput } from '../../../ui/field.tsx';
import { formText } from '../../../ui/form-text.ts';
import { isElsewhere, namesIn } from './endpoint-words.ts';
import { ModelNames } from './model-names.tsx';
import { modelSettingsKey } from './model-settings-key.ts';

/** Adds an endpoint, or changes the one that is given. What is typed can be tried before it is saved. */
export function EndpointForm({ endpoint, onClose }: { endpoint?: ModelEndpoint; onClose(): void }) {
  const queryClient = useQueryClient();
  const [address, setAddress] = useState(endpoint?.base_url ?? '');
  const [key, setKey] = useState('');
  const [sendsNone, setSendsNone] = useState(false);
  const [names, setNames] = useState(endpoint?.models.join('\n') ?? '');
  const [continues, setContinues] = useState(endpoint?.continues ?? false);
  const isStored = endpoint?.has_key ?? false;
  const needsKey = isStored && !sendsNone && isElsewhere(endpoint?.base_url ?? '', address);
  // Left out, the stored one stays.
  const keyPart = sendsNone ? { key: null } : key === '' ? {} : { key };
  const tried = (): TriedEndpoint => ({ ...(endpoint && { of: endpoint.id }), base_url: address, ...keyPart });

  const save = async (data: FormData) => {
    const body: EndpointBody = {
      name: formText(data, 'name'),
      base_url: address,
      models: namesIn(names),
      continues,
      ...keyPart,
    };
    await (endpoint ? changeEndpoint(endpoint.id, { ...body, version: endpoint.version }) : addEndpoint(body));
    await queryClient.invalidateQueries({ queryKey: modelSettingsKey });
  };

  return (
    <FormDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={endpoint ? t('Change “{name}”', { name: endpoint.name }) : t('Add an endpoint')}
      description={t('What people ask, and the passages found for it, are sent there.')}
      action={endpoint ? t('Save') : t('Add endpoint')}
      onSubmit={save}
    >
      <Field label={t('Name')}>
        {(id) => (
          <TextInput id={id} name="name" required maxLength={80} defaultValue={endpoint?.name} autoComplete="off" />
        )}
      </Field>
      <Field label={t('Address')} hint={t('Up to and including the version, such as http://127.0.0.1:11434/v1.')}>
        {(id) => (
          <TextInput
            id={id}
            type="url"
            required
            maxLength={2000}
            value={address}
            onChange={(event) => setAddress(event.target.value)}
            autoComplete="off"
          />
        )}
      </Field>
      <Field label={t('Key')} hint={keyHint(endpoint, needsKey)}>
        {(id) => (
          <TextInput
            id={id}
            type="password"
            required={needsKey}
            disabled={sendsNone}
            maxLength={2000}
            value={key}
            onChange={(event) => setKey(event.target.value)}
            autoComplete="new-password"
          />
        )}
      </Field>
      {isStored && <Choice on={sendsNone} name={t('Send no key')} onToggle={() => setSendsNone(!sendsNone)} />}
      <ModelNames
        names={names}
        onChange={setNames}
        tried={tried}
        canTry={address !== '' && (!needsKey || key !== '')}
      />
      <Choice on={continues} name={t('It goes on in mid-sentence')} onToggle={() => setContinues(!continues)} />
      <p className="-mt-3 px-2 text-xs text-muted">
        {t(
          'Where the endpoint goes on from a trailing assistant message: an answer that a restart cut off is then continued where it stopped. Else it begins anew.',
        )}
      </p>
    </FormDialog>
  );
}

function keyHint(endpoint: ModelEndpoint | undefined, needsKey: boolean): string {
  if (needsKey) return t('The address is another one. Enter the key again: the stored one is not sent there.');
  if (endpoint?.has_key && endpoint.key_hint === '')
    return t('Stored. Leave this empty to keep it; nobody can read it again.');
  if (endpoint?.has_key)
    return t('Stored, ends with {end}. Leave this empty to keep it; nobody can read it again.', {
      end: endpoint.key_hint,
    });
  return t('It is stored encrypted, and nobody can read it again. Leave this empty if the endpoint wants none.');
}
