import { createBilledPrices } from './billed-prices.js';
import { createOrganizationView, type OrganizationView } from './organization-view.js';

/** The organizations that admin keys open, made when first asked for. */
export interface OrganizationBook {
  /** Numbers count from 1. */
  get(number: number): OrganizationView;
  /** By the admin key's own text: `-org2-` names the second, every other key opens the first. */
  ofSecret(secret: string): OrganizationView;
}

export function createOrganizationBook(options: { seed: number }): OrganizationBook {
  const prices = createBilledPrices();
  const views = new Map<number, OrganizationView>();
  const get = (number: number): OrganizationView => {
    const id = number === 1 ? 'org-sim' : `org-sim-${number}`;
    const view = views.get(number) ?? createOrganizationView({ id, seed: options.seed + number, prices });
    views.set(number, view);
    return view;
  };
  return { get, ofSecret: (secret) => get(Number(/-org(\d{1,2})-/.exec(secret)?.[1] ?? '1')) };
}
