import { type ModelPrices, modelPricesKey } from '../../contract/usage.ts';
import { command } from '../command.ts';
import { encodeJson } from '../json.ts';
import { type Db, first, type Script } from '../script.ts';
import { type Change, recordAudit } from './record-audit.ts';
import { storeSetting } from './settings.ts';

/** Sets what tokens of models cost, in the place of all prices before. */
export const putModelPrices = command(
  ['audit'],
  function* (db: Db, args: Change & { prices: ModelPrices }): Script<void> {
    const stored = yield* first(db.selectFrom('settings').select('value').where('key', '=', modelPricesKey));
    if (stored?.value === encodeJson(args.prices)) return;
    yield* storeSetting(db, { key: modelPricesKey, value: args.prices, at: args.at });
    const { currency, models } = args.prices;
    yield* recordAudit(db, {
      at: args.at,
      by: args.by,
      action: 'prices.put',
      object: { kind: 'setting', id: modelPricesKey },
      facts: {
        currency,
        per_million: models.map((each) => `${each.model}: ${each.input_per_million}, ${each.output_per_million}`),
      },
    });
  },
);
