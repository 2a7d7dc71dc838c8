import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import {
  type AnnouncementBody,
  maxAnnouncementCharacters,
  type StoredAnnouncement,
} from '../../../../src/contract/announcement.ts';
import { fetchAnnouncement, putAnnouncement } from '../../../api/announcement.ts';
import { t } from '../../../i18n/translate.ts';
import { settingsKey } from '../../../shell/use-fresh-data.ts';
import { Button } from '../../../ui/button.tsx';
import { Field, Select, TextArea, TextInput } from '../../../ui/field.tsx';
import { formText } from '../../../ui/form-text.ts';
import { Section } from '../../../ui/section.tsx';
import { Failure, Skeleton } from '../../../ui/states.tsx';
import { inputMoment, isoMoment } from './input-moment.ts';

const queryKey = [settingsKey, 'set-announcement'];

/** What is said to everybody, on every page. */
export function AnnouncementSection() {
  const query = useQuery({ queryKey, queryFn: ({ signal }) => fetchAnnouncement(signal) });
  return (
    <Section
      title={t('Announcement')}
      hint={t('Stands at the top of every page, and reaches open pages within seconds.')}
    >
      {query.isPending && <Skeleton lines={4} />}
      {query.error && !query.data && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && <AnnouncementForm key={query.data.announcement?.version} set={query.data.announcement} />}
    </Section>
  );
}

function AnnouncementForm({ set }: { set: StoredAnnouncement | null }) {
  const queryClient = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [text, setText] = useState(set?.text ?? '');

  const put = async (announcement: AnnouncementBody | null) => {
    setBusy(true);
    setError(undefined);
    try {
      queryClient.setQueryData(queryKey, await putAnnouncement(announcement));
    } catch (thrown) {
      setError(thrown);
    }
    setBusy(false);
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    void put(announcementIn(new FormData(event.currentTarget)));
  };

  return (
    <form onSubmit={submit} className="max-w-2xl space-y-4">
      <p role="status" className="text-sm">
        {stateWords(set)}
      </p>
      <Field
        label={t('Text')}
        hint={t('Plain text; web addresses can be followed. {left} characters left.', {
          left: maxAnnouncementCharacters - text.length,
        })}
      >
        {(id) => (
          <TextArea
            id={id}
            name="text"
            required
            rows={3}
            maxLength={maxAnnouncementCharacters}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <Field label={t('Kind')}>
        {(id) => (
          <Select id={id} name="kind" defaultValue={set?.kind ?? 'information'}>
            <option value="information">{t('Information')}</option>
            <option value="warning">{t('Warning')}</option>
          </Select>
        )}
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <MomentField label={t('From')} name="from" hint={t('Empty: at once.')} value={set?.from ?? null} />
        <MomentField
          label={t('Until')}
          name="until"
          hint={t('Empty: until you take it away.')}
          value={set?.until ?? null}
        />
      </div>
      <Check name="is_dismissible" checked={set?.is_dismissible ?? true}>
        {t('People may close it for themselves. When you announce something again, they see that.')}
      </Check>
      <Check name="on_sign_in" checked={set?.on_sign_in ?? false}>
        {t('Show it on the sign-in page too, where anybody can read it.')}
      </Check>
      {error !== undefined && <Failure error={error} />}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="primary" busy={busy}>
          {t('Announce')}
        </Button>
        {set && (
          <Button busy={busy} onClick={() => void put(null)}>
            {t('Take away')}
          </Button>
        )}
      </div>
    </form>
  );
}

function MomentField({
  label,
  name,
  hint,
  value,
}: {
  label: string;
  name: string;
  hint: string;
  value: string | null;
}) {
  return (
    <Field label={label} hint={hint}>
      {(id) => <TextInput id={id} name={name} type="datetime-local" defaultValue={value ? inputMoment(value) : ''} />}
    </Field>
  );
}

function Check({ name, checked, children }: { name: string; checked: boolean; children: string }) {
  return (
    <label className="flex items-start gap-2 text-sm">
      <input type="checkbox" name={name} defaultChecked={checked} className="mt-0.5 size-4 shrink-0 accent-accent" />
      {children}
    </label>
  );
}

function announcementIn(data: FormData): AnnouncementBody {
  return {
    text: formText(data, 'text'),
    kind: formText(data, 'kind') === 'warning' ? 'warning' : 'information',
    from: isoMoment(formText(data, 'from')),
    until: isoMoment(formText(data, 'until')),
    is_dismissible: data.has('is_dismissible'),
    on_sign_in: data.has('on_sign_in'),
  };
}

function stateWords(set: StoredAnnouncement | null): string {
  if (!set) return t('Nothing is announced.');
  const now = new Date().toISOString();
  if (set.from !== null && now < set.from) return t('This is announced from the time below on.');
  if (set.until !== null && now >= set.until) return t('The time of this announcement is over: nobody sees it.');
  return t('This is announced now.');
}
