import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { RetentionPreview, RetentionRule } from '../../../../src/contract/retention.ts';
import { ApiError } from '../../../api/errors.ts';
import { previewRetention, putRetention } from '../../../api/retention.ts';
import { rich, t } from '../../../i18n/translate.ts';
import { settingsKey } from '../../../shell/use-fresh-data.ts';
import { Button } from '../../../ui/button.tsx';
import { FormDialog } from '../../../ui/dialog.tsx';
import { TextInput } from '../../../ui/field.tsx';
import { Radio } from '../../../ui/radio.tsx';
import { Failure } from '../../../ui/states.tsx';
import { retentionWords } from './retention-words.ts';
import { WhatWouldGo } from './what-would-go.tsx';

/** Changes one rule: what would go is shown first, and is said to be meant. */
export function ChangeRule({ rule, onClose }: { rule: RetentionRule; onClose(): void }) {
  const queryClient = useQueryClient();
  const { name, bounds } = retentionWords[rule.kind];
  const [isForEver, setIsForEver] = useState(rule.keep_days === null);
  const [days, setDays] = useState(String(rule.keep_days ?? rule.standard_days ?? 365));
  const [preview, setPreview] = useState<RetentionPreview>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);

  const change = (to: { isForEver: boolean; days: string }) => {
    setIsForEver(to.isForEver);
    setDays(to.days);
    setPreview(undefined);
    setError(undefined);
  };
  const keepDays = isForEver ? null : Number(days);
  const look = async () => {
    setBusy(true);
    setError(undefined);
    try {
      setPreview(await previewRetention(rule.kind, keepDays));
    } catch (thrown) {
      setError(thrown);
    }
    setBusy(false);
  };
  const save = async (data: FormData) => {
    if (!preview) throw notSeen;
    try {
      await putRetention(rule.kind, {
        keep_days: preview.keep_days,
        would_go: preview.would_go,
        confirmed: data.has('confirmed'),
      });
    } catch (thrown) {
      if (thrown instanceof ApiError && thrown.code === 'preview_outdated') setPreview(undefined);
      throw thrown;
    }
    await queryClient.invalidateQueries({ queryKey: [settingsKey] });
  };

  return (
    <FormDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={name}
      description={bounds({ least: rule.least_days, most: rule.most_days })}
      action={t('Save rule')}
      isDangerous={(preview?.would_go ?? 0) > 0}
      onSubmit={save}
    >
      <fieldset className="space-y-2">
        <legend className="mb-1 text-sm font-medium">{t('Keep')}</legend>
        {rule.may_be_for_ever && (
          <Radio
            name="keep"
            words={t('For ever')}
            checked={isForEver}
            onChoose={() => change({ isForEver: true, days })}
          />
        )}
        <div className="flex min-h-9 items-center gap-2.5 text-sm">
          {rule.may_be_for_ever && (
            <input
              type="radio"
              name="keep"
              aria-label={t('For some days')}
              className="size-4 shrink-0 accent-accent"
              checked={!isForEver}
              onChange={() => change({ isForEver: false, days })}
            />
          )}
          {rich('For {days} days', {
            days: (
              <TextInput
                aria-label={t('Days')}
                type="number"
                min={rule.least_days}
                max={rule.most_days}
                required={!isForEver}
                value={days}
                onChange={(event) => change({ isForEver: false, days: event.target.value })}
                className="w-28!"
              />
            ),
          })}
        </div>
      </fieldset>
      <Button busy={busy} onClick={() => void look()}>
        {t('Show what would go now')}
      </Button>
      {error !== undefined && <Failure error={error} />}
      <div role="status">{preview && <WhatWouldGo preview={preview} />}</div>
      {preview && preview.would_go > 0 && (
        <label className="flex items-start gap-2 text-sm">
          <input type="checkbox" name="confirmed" required className="mt-0.5 size-4 shrink-0 accent-accent" />
          {t('Yes, erase this for good as soon as the rule is saved. It cannot be undone.')}
        </label>
      )}
    </FormDialog>
  );
}

const notSeen = new ApiError({
  status: 400,
  code: 'bad_request',
  title: t('Look at what would go first'),
  detail: t('Press “Show what would go now”, then save.'),
});
