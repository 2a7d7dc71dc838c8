import { changeDatabase } from '../../database.ts';
import { waitFor } from '../../wait-for.ts';
import { finds, type ServerWay, type World } from './way.ts';

/** A month long over, of somebody whose turns are gone, is summed up a moment after a start. */
async function givenMonth({ ask, server, number }: World) {
  const month = `${1000 + number()}-01`;
  const person = `somebody of ${month}`;
  const key = `'all', '${month}-02', ''`;
  const change = (sql: string) => changeDatabase(server.databasePath, sql);
  const summed = (sql: string) => finds(ask, sql, month);
  return {
    act() {
      change(`insert or ignore into usage_people values (${key}, '${person}')`);
      change(`insert or ignore into usage_days values (${key}, 1, 1, 1, 1, 0, 1, 0, 0, 0, 0)`);
      return Promise.resolve();
    },
    isNumbered: () => finds(ask, 'select 1 from usage_numbers where user_id = ?', person),
    isBegun: () => summed(`select 1 from usage_month_sums where kind = 'all' and month = ?`),
    async check() {
      const isRead = `select 1 from usage_months where kind = 'corpus' and month = ? and is_whole = 1`;
      await waitFor('the month summed up', () => summed(isRead));
    },
  };
}

export const numberPeople: ServerWay = {
  place: 'server',
  async prepare(world) {
    const { act, check, isNumbered } = await givenMonth(world);
    return { act, check, isStored: isNumbered };
  },
};

export const storeUsageMonth: ServerWay = {
  place: 'server',
  async prepare(world) {
    const { act, check, isBegun } = await givenMonth(world);
    return { act, check, isStored: isBegun };
  },
};
