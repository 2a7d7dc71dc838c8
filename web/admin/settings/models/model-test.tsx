import { useState } from 'react';
import { testModel } from '../../../api/model-endpoints.ts';
import { t } from '../../../i18n/translate.ts';
import { Button } from '../../../ui/button.tsx';
import { type Tried, triedOf } from '../tried.ts';
import { TriedSign } from '../tried-sign.tsx';

/** One model of an endpoint as it is set, with a button that asks it for a word. */
export function ModelTest({ endpointId, model, isDefault }: { endpointId: string; model: string; isDefault: boolean }) {
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState<Tried>();
  const test = async () => {
    setBusy(true);
    setTried(undefined);
    setTried(await triedOf(testModel({ of: endpointId, model })));
    setBusy(false);
  };
  return (
    <li className="py-1.5 text-sm">
      <div className="flex items-center gap-3">
        <span className="min-w-0 wrap-anywhere">{model}</span>
        {isDefault && <span className="rounded bg-accent-soft px-1.5 py-0.5 text-xs font-medium">{t('Default')}</span>}
        <Button className="ms-auto" busy={busy} aria-label={t('Test {model}', { model })} onClick={() => void test()}>
          {busy ? t('Testing…') : t('Test')}
        </Button>
      </div>
      <TriedSign tried={tried} />
    </li>
  );
}
