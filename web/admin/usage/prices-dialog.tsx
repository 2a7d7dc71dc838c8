import { useQueryClient } from '@tanstack/react-query';
import type { ModelPrice, Usage } from '../../../src/contract/usage.ts';
import { ApiError } from '../../api/errors.ts';
import { putModelPrices } from '../../api/usage.ts';
import { t } from '../../i18n/translate.ts';
import { FormDialog } from '../../ui/dialog.tsx';
import { Field, TextInput } from '../../ui/field.tsx';
import { formText } from '../../ui/form-text.ts';
import { usageKey } from './usage-key.ts';

/** What a million tokens of each model cost. A model without a price has no cost. */
export function PricesDialog({ usage, open, onOpenChange }: PricesProps) {
  const queryClient = useQueryClient();
  const priced = usage.prices?.models ?? [];
  const names = [...new Set([...usage.models, ...priced].map(({ model }) => model))].filter(Boolean).toSorted();
  const submit = async (data: FormData) => {
    const models = names.flatMap((model, i) => priceIn(data, model, i));
    await putModelPrices({ currency: formText(data, 'currency').trim().toUpperCase(), models });
    await queryClient.invalidateQueries({ queryKey: usageKey });
  };
  return (
    <FormDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('Prices of models')}
      description={t(
        'For a million tokens. What you enter is used for all days, past ones too. Leave both empty for a model whose cost is not to be shown.',
      )}
      action={t('Save prices')}
      onSubmit={submit}
    >
      <Field label={t('Currency')} hint={t('Three letters, such as EUR or USD.')}>
        {(id) => (
          <TextInput
            id={id}
            name="currency"
            required
            pattern="[A-Za-z]{3}"
            maxLength={3}
            defaultValue={usage.prices?.currency ?? 'EUR'}
            className="w-24! uppercase"
            autoComplete="off"
          />
        )}
      </Field>
      {names.length === 0 && <p className="text-sm text-muted">{t('No model was used in these days.')}</p>}
      {names.map((model, i) => {
        const price = priced.find((each) => each.model === model);
        return (
          <fieldset key={model} className="border-t border-line pt-3">
            <legend className="float-start mb-2 w-full text-sm font-medium wrap-anywhere">{model}</legend>
            <div className="clear-both grid grid-cols-2 gap-3">
              <PriceField label={t('Tokens read')} name={`in${i}`} value={price?.input_per_million} />
              <PriceField label={t('Tokens written')} name={`out${i}`} value={price?.output_per_million} />
            </div>
          </fieldset>
        );
      })}
    </FormDialog>
  );
}

type PricesProps = { usage: Usage; open: boolean; onOpenChange(open: boolean): void };

function PriceField({ label, name, value }: { label: string; name: string; value: number | undefined }) {
  return (
    <Field label={label}>
      {(id) => (
        <TextInput id={id} name={name} type="number" min={0} max={1_000_000} step="any" defaultValue={value ?? ''} />
      )}
    </Field>
  );
}

function priceIn(data: FormData, model: string, i: number): ModelPrice[] {
  const [input, output] = [formText(data, `in${i}`), formText(data, `out${i}`)];
  if (input === '' && output === '') return [];
  if (input === '' || output === '') {
    const detail = t('Enter both prices of {model}, or none. A price may be 0.', { model });
    throw new ApiError({ status: 400, code: 'bad_request', title: t('One price is missing'), detail });
  }
  return [{ model, input_per_million: Number(input), output_per_million: Number(output) }];
}
