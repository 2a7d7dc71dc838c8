import { useState } from 'react';
import type { TriedEndpoint } from '../../../../src/contract/model-endpoints.ts';
import { asApiError } from '../../../api/errors.ts';
import { listModels, testModel } from '../../../api/model-endpoints.ts';
import { t } from '../../../i18n/translate.ts';
import { Button } from '../../../ui/button.tsx';
import { Choice } from '../../../ui/choice.tsx';
import { Field, TextArea } from '../../../ui/field.tsx';
import { type Tried, triedOf } from '../tried.ts';
import { TriedSign } from '../tried-sign.tsx';
import { namesIn } from './endpoint-words.ts';

/** The models of an endpoint: typed, or chosen from what the endpoint tells; the first can be asked for a word. */
export function ModelNames({ names, onChange, tried: at, canTry }: ModelNamesProps) {
  const [busy, setBusy] = useState<'list' | 'test'>();
  const [told, setTold] = useState<readonly string[]>();
  const [tried, setTried] = useState<Tried>();
  const chosen = namesIn(names);
  const first = chosen[0];

  const work = async (what: 'list' | 'test', asking: () => Promise<Tried>) => {
    setBusy(what);
    setTried(undefined);
    setTried(await asking());
    setBusy(undefined);
  };
  const list = () =>
    work('list', async () => {
      const asking = listModels(at());
      const [found, outcome] = await Promise.all([asking.catch(asApiError), triedOf(asking)]);
      if ('models' in found && found.problem === null) setTold(found.models);
      return outcome;
    });
  const toggle = (name: string) =>
    onChange((chosen.includes(name) ? chosen.filter((each) => each !== name) : [...chosen, name]).join('\n'));

  return (
    <div>
      <Field label={t('Models')} hint={t('One name a line, as the endpoint calls them.')}>
        {(id) => (
          <TextArea
            id={id}
            rows={3}
            value={names}
            onChange={(event) => onChange(event.target.value)}
            spellCheck={false}
          />
        )}
      </Field>
      {told && told.length > 0 && (
        <fieldset className="mt-2 max-h-48 overflow-y-auto rounded-lg border border-line p-1 text-sm">
          <legend className="sr-only">{t('Models that the endpoint has')}</legend>
          {told.map((name) => (
            <Choice key={name} on={chosen.includes(name)} name={name} onToggle={() => toggle(name)} />
          ))}
        </fieldset>
      )}
      <div className="mt-2 flex flex-wrap items-center gap-2">
        <Button busy={busy === 'list'} disabled={!canTry || busy !== undefined} onClick={() => void list()}>
          {busy === 'list' ? t('Fetching…') : t('Fetch from the endpoint')}
        </Button>
        <Button
          busy={busy === 'test'}
          disabled={!canTry || first === undefined || busy !== undefined}
          onClick={() => void work('test', () => triedOf(testModel({ ...at(), model: first ?? '' })))}
        >
          {busy === 'test' ? t('Testing…') : t('Test the first')}
        </Button>
      </div>
      <div className="mt-2">
        <TriedSign tried={tried} />
      </div>
    </div>
  );
}

type ModelNamesProps = {
  names: string;
  onChange(names: string): void;
  /** The endpoint as it is typed. */
  tried(): TriedEndpoint;
  canTry: boolean;
};
