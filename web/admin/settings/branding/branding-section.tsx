import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { fetchBranding } from '../../../api/branding.ts';
import { t } from '../../../i18n/translate.ts';
import { Button } from '../../../ui/button.tsx';
import { Section } from '../../../ui/section.tsx';
import { Failure, Skeleton } from '../../../ui/states.tsx';
import { BrandingForm } from './branding-form.tsx';
import { brandingStateKey } from './branding-key.ts';
import { LogoForm } from './logo-form.tsx';

/** What the installation is called, its colour and its logo. */
export function BrandingSection() {
  const query = useQuery({ queryKey: brandingStateKey, queryFn: ({ signal }) => fetchBranding(signal) });
  const [form, setForm] = useState(query.data);
  if (!form && query.data) setForm(query.data);
  /** Another one begins anew with what is set. */
  const [formNo, setFormNo] = useState(0);
  const showSet = () => {
    setForm(query.data);
    setFormNo(formNo + 1);
  };
  const isBehind = form && query.data && form.version !== query.data.version;
  return (
    <Section
      title={t('Branding')}
      hint={t(
        'Everybody sees it, on the sign-in page too: in the side bar, in the titles of windows, in mails, on paper and where the app is installed. Open pages change within seconds.',
      )}
    >
      {query.isPending && <Skeleton lines={6} />}
      {query.error && !form && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      {isBehind && (
        <div role="status" className="mb-4 flex flex-wrap items-center gap-3 rounded-xl bg-warn-soft p-4 text-sm">
          <p className="flex-1">
            {t('Somebody else changed this meanwhile. What you have written here cannot be saved.')}
          </p>
          <Button onClick={showSet}>{t('Show what is set now')}</Button>
        </div>
      )}
      {form && (
        <div key={formNo}>
          <BrandingForm set={form} isBehind={isBehind === true} onSaved={setForm} />
          <LogoForm set={form} isBehind={isBehind === true} onSaved={setForm} />
        </div>
      )}
    </Section>
  );
}
