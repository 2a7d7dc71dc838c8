import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { themes, grounds } from '../../../../src/contract/accent.ts';
import type { BrandingState } from '../../../../src/contract/branding.ts';
import {
  isIcon,
  type Logo,
  logoAddress,
  logoTypes,
  maxLogoAlt,
  maxLogoBytes,
  maxLogoSide,
} from '../../../../src/contract/logo.ts';
import { putLogo } from '../../../api/branding.ts';
import { t } from '../../../i18n/translate.ts';
import { Button } from '../../../ui/button.tsx';
import { Field, TextInput } from '../../../ui/field.tsx';
import { Failure } from '../../../ui/states.tsx';
import { brandingStateKey } from './branding-key.ts';

type Props = { set: BrandingState; isBehind: boolean; onSaved(now: BrandingState): void };

/** The logo is set by itself: it is there as soon as it is sent. */
export function LogoForm({ set: { version, logo }, isBehind, onSaved }: Props) {
  const queryClient = useQueryClient();
  const [file, setFile] = useState<File>();
  const [alt, setAlt] = useState(logo?.alt ?? '');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const isTooLarge = file !== undefined && file.size > maxLogoBytes;

  const put = async (next: () => Promise<{ alt: string; base64: string } | null>, form?: HTMLFormElement) => {
    setBusy(true);
    setError(undefined);
    try {
      const now = await putLogo(version, await next());
      queryClient.setQueryData(brandingStateKey, now);
      onSaved(now);
      setFile(undefined);
      form?.reset();
    } catch (thrown) {
      setError(thrown);
    }
    setBusy(false);
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (file) void put(async () => ({ alt: alt.trim(), base64: await base64Of(file) }), event.currentTarget);
  };

  return (
    <form onSubmit={submit} className="mt-8 max-w-2xl space-y-4 border-t border-line pt-6">
      <h3 className="font-semibold">{t('Logo')}</h3>
      {logo ? <SetLogo logo={logo} /> : <p className="text-sm">{t('No logo is set.')}</p>}
      <Field
        label={t('Picture')}
        hint={t(
          'PNG or WebP, at most {size} KiB and {side} pixels a side. SVG is not taken: such a file can hold programs. A square of 192 pixels or more is the icon of the installed app too.',
          { size: maxLogoBytes / 1024, side: maxLogoSide },
        )}
      >
        {(id) => (
          <input
            id={id}
            type="file"
            required
            accept={logoTypes.join(',')}
            className="block w-full text-sm file:me-3 file:min-h-9 file:rounded-lg file:border file:border-line-strong file:bg-surface file:px-3 file:text-sm file:font-medium file:text-ink"
            onChange={(event) => setFile(event.target.files?.[0])}
          />
        )}
      </Field>
      {isTooLarge && (
        <p role="alert" className="text-sm text-danger">
          {t('This file has {size, number} KiB, and a logo has at most {most}.', {
            size: Math.ceil(file.size / 1024),
            most: maxLogoBytes / 1024,
          })}
        </p>
      )}
      <Field
        label={t('What the logo shows')}
        hint={t('Read out to whoever does not see it. Empty: the name beside it says everything.')}
      >
        {(id) => (
          <TextInput
            id={id}
            dir="auto"
            maxLength={maxLogoAlt}
            value={alt}
            onChange={(event) => setAlt(event.target.value)}
          />
        )}
      </Field>
      {error !== undefined && <Failure error={error} />}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="primary" busy={busy} disabled={!file || isTooLarge || isBehind}>
          {t('Set logo')}
        </Button>
        {logo && (
          <Button busy={busy} disabled={isBehind} onClick={() => void put(async () => null)}>
            {t('Take the logo away')}
          </Button>
        )}
      </div>
    </form>
  );
}

/** On the grounds of both themes, so that one that is lost on either is seen. */
function SetLogo({ logo }: { logo: Logo }) {
  return (
    <div className="space-y-2">
      <div className="flex flex-wrap gap-3">
        {themes.map((theme) => (
          <div
            key={theme}
            className="grid h-24 w-40 place-items-center rounded-xl border border-line-strong p-3"
            style={{ background: grounds[theme].sunken }}
          >
            <img
              src={logoAddress(logo)}
              alt={t('The logo, in the {theme, select, light {light} other {dark}} theme', { theme })}
              className="h-16 w-32 object-contain"
            />
          </div>
        ))}
      </div>
      <p className="text-sm text-muted">
        {t(
          '{width} × {height} pixels. {isIcon, select, yes {It is the icon of the installed app too.} other {The installed app keeps the icon that Perdure comes with: this is no square of 192 pixels or more.}}',
          { width: logo.width, height: logo.height, isIcon: isIcon(logo) ? 'yes' : 'no' },
        )}
      </p>
    </div>
  );
}

/** Fails as the browser does when the file is not there any more. */
function base64Of(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => {
      const address = typeof reader.result === 'string' ? reader.result : '';
      resolve(address.slice(address.indexOf(',') + 1));
    });
    reader.addEventListener('error', () => reject(reader.error ?? new Error('unreadable')));
    reader.readAsDataURL(file);
  });
}
