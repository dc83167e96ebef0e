import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { type Database, openDatabase } from './database.js';
import { withTenant } from './with-tenant.js';

let home: TestInstallation;
/** One connection, so that what is prepared stays prepared. */
let db: Database;
beforeAll(async () => {
  home = await createTestInstallation();
  db = openDatabase({ url: home.url, poolSize: 1 });
});
afterAll(async () => {
  await db.close();
  await home.close();
});

const prepared = (tenantId: string) =>
  withTenant(db, tenantId, (tx) => tx.$queryRawUnsafe<{ slug: string }[]>('EXECUTE every_tenant'));

test.each(['auto', 'force_generic_plan', 'force_custom_plan'])(
  'a statement that one tenant prepared shows the next one its own rows alone (plans: %s)',
  async (mode) => {
    const [one, other] = [await home.addTenant(`one-${mode.length}`), await home.addTenant(`other-${mode.length}`)];
    await withTenant(db, one.id, async (tx) => {
      await tx.$executeRawUnsafe(`SET plan_cache_mode = ${mode}`);
      await tx.$executeRawUnsafe('PREPARE every_tenant AS SELECT slug FROM tenant');
    });
    // From the sixth time on, Postgres may keep one plan for all.
    for (let time = 0; time < 8; time += 1) {
      for (const { id, slug } of [one, other]) expect(await prepared(id)).toEqual([{ slug }]);
      await expect(withTenant(db, one.id, () => Promise.reject(new Error('on purpose')))).rejects.toThrow('on purpose');
      expect(await db.app.$queryRawUnsafe('EXECUTE every_tenant')).toEqual([]);
    }
    await db.app.$executeRawUnsafe('DEALLOCATE every_tenant');
  },
);
