import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { themes } from '../../../../src/contract/accent.ts';
import { type BrandingState, colour, maxBrandName, productName } from '../../../../src/contract/branding.ts';
import { putBranding } from '../../../api/branding.ts';
import { t } from '../../../i18n/translate.ts';
import { Button } from '../../../ui/button.tsx';
import { Field, TextInput } from '../../../ui/field.tsx';
import { Failure } from '../../../ui/states.tsx';
import { AccentPreview } from './accent-preview.tsx';
import { brandingStateKey } from './branding-key.ts';

/** What Perdure itself is drawn with. */
const ownColour = '#0f6b5e';

type Props = { set: BrandingState; isBehind: boolean; onSaved(now: BrandingState): void };

export function BrandingForm({ set: { version, branding }, isBehind, onSaved }: Props) {
  const queryClient = useQueryClient();
  const [name, setName] = useState(branding.name ?? '');
  const [accent, setAccent] = useState(branding.accent ?? '');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [saved, setSaved] = useState(false);
  const written = accent.trim();
  const shown = colour.safeParse(written).data ?? (written === '' ? ownColour : undefined);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      const now = await putBranding(version, { name: name.trim() || null, accent: written || null });
      queryClient.setQueryData(brandingStateKey, now);
      onSaved(now);
      setSaved(true);
    } catch (thrown) {
      setError(thrown);
    }
    setBusy(false);
  };
  const change = (set: (value: string) => void) => (value: string) => {
    setSaved(false);
    set(value);
  };
  const [changeName, changeAccent] = [change(setName), change(setAccent)];

  return (
    <form onSubmit={(event) => void submit(event)} className="max-w-2xl space-y-4">
      <Field
        label={t('Name')}
        hint={t('At most {most} characters. Empty: {name}.', { most: maxBrandName, name: productName })}
      >
        {(id) => (
          <TextInput
            id={id}
            dir="auto"
            maxLength={maxBrandName}
            value={name}
            placeholder={productName}
            onChange={(event) => changeName(event.target.value)}
          />
        )}
      </Field>
      <Field
        label={t('Colour')}
        hint={t(
          'As # and six hexadecimal digits. Empty: the green that Perdure comes with. Where it could not be read, each theme takes the nearest lightness that is readable.',
        )}
      >
        {(id) => (
          <div className="flex gap-2">
            <input
              type="color"
              aria-label={t('Choose the colour')}
              className="h-9 w-12 shrink-0 rounded-lg border border-line-strong bg-surface p-1"
              value={shown ?? ownColour}
              onChange={(event) => changeAccent(event.target.value)}
            />
            <TextInput
              id={id}
              className="max-w-40 font-mono"
              maxLength={7}
              spellCheck={false}
              autoComplete="off"
              placeholder={ownColour}
              aria-invalid={shown === undefined || undefined}
              value={accent}
              onChange={(event) => changeAccent(event.target.value)}
            />
          </div>
        )}
      </Field>
      {shown === undefined ? (
        <p role="status" className="text-sm text-danger">
          {t('Write the colour as # and six hexadecimal digits.')}
        </p>
      ) : (
        <div className="grid gap-4 sm:grid-cols-2">
          {themes.map((theme) => (
            <AccentPreview key={theme} theme={theme} colour={shown} name={name.trim() || productName} />
          ))}
        </div>
      )}
      {error !== undefined && <Failure error={error} />}
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" look="primary" busy={busy} disabled={shown === undefined || isBehind}>
          {t('Save')}
        </Button>
        <p role="status" className="text-sm text-muted">
          {saved && t('Saved.')}
        </p>
      </div>
    </form>
  );
}
