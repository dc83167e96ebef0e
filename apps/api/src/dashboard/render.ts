import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import Handlebars from 'handlebars';
import type { PublicFiles } from './public-files.js';
import type { BalancePage } from './view-models/balance-page.js';
import type { LoginPage, ProblemPage } from './view-models/bare-pages.js';
import type { KeyDeletePage, KeyFormPage, KeySecretPage } from './view-models/key-form-pages.js';
import type { KeyPage } from './view-models/key-page.js';
import type { KeysPage } from './view-models/keys-page.js';
import type { OrganizationPage } from './view-models/organization-page.js';
import type { OrganizationRenamePage } from './view-models/organization-rename-page.js';
import type { OrganizationsPage } from './view-models/organizations-page.js';
import type { OverviewPage } from './view-models/overview-page.js';
import type { OwnPricesPage } from './view-models/own-prices-page.js';
import type { PricePreviewPage } from './view-models/price-preview-page.js';
import type { PricesPage } from './view-models/prices-page.js';
import type { ProjectPage } from './view-models/project-page.js';
import type { ProjectsPage } from './view-models/projects-page.js';
import type { ReconciliationPage } from './view-models/reconciliation-page.js';
import type { ReportedPage } from './view-models/reported-page.js';
import type { SessionEndPage } from './view-models/session-end-page.js';
import type { SessionsPage } from './view-models/sessions-page.js';
import type { AuditPage } from './view-models/audit-page.js';
import type { SettingsPage } from './view-models/settings-page.js';
import type { SpendPage } from './view-models/spend-page.js';
import type { ConfirmPage } from './view-models/confirm-page.js';
import type { TenantPage } from './view-models/tenant-page.js';
import type { TenantsPage } from './view-models/tenants-page.js';
import type { TokenShownPage } from './view-models/token-shown-page.js';
import type { IssueTokenPage } from './view-models/issue-token-page.js';
import type { TokensPage } from './view-models/tokens-page.js';
import type { UsagePage } from './view-models/usage-page.js';

/** Each page under `views/pages/` and the model it is drawn from. */
export interface PageModels {
  login: LoginPage;
  overview: OverviewPage;
  keys: KeysPage;
  key: KeyPage;
  'key-form': KeyFormPage;
  'key-secret': KeySecretPage;
  'key-delete': KeyDeletePage;
  usage: UsagePage;
  reported: ReportedPage;
  spend: SpendPage;
  balance: BalancePage;
  prices: PricesPage;
  'own-prices': OwnPricesPage;
  'price-preview': PricePreviewPage;
  projects: ProjectsPage;
  project: ProjectPage;
  organizations: OrganizationsPage;
  organization: OrganizationPage;
  'organization-rename': OrganizationRenamePage;
  reconciliation: ReconciliationPage;
  audit: AuditPage;
  settings: SettingsPage;
  tokens: TokensPage;
  'token-form': IssueTokenPage;
  'token-shown': TokenShownPage;
  tenants: TenantsPage;
  tenant: TenantPage;
  confirm: ConfirmPage;
  sessions: SessionsPage;
  'session-end': SessionEndPage;
  problem: ProblemPage;
}

export interface Renderer {
  /** A whole HTML document. @throws when the model lacks a field that the template prints. */
  render<Page extends keyof PageModels>(page: Page, model: PageModels[Page]): string;
}

const viewsDir = fileURLToPath(new URL('./views/', import.meta.url));

/**
 * Reads and parses every template once, so that a broken one stops the start and not a page.
 * Templates are strict: a printed field that the model lacks throws instead of drawing nothing. All text is escaped; no
 * template uses the unescaped form.
 */
export function createRenderer(files: Pick<PublicFiles, 'pathOf'>): Renderer {
  const handlebars = Handlebars.create();
  handlebars.registerHelper({ asset: files.pathOf });
  const compile = (file: string) =>
    handlebars.compile(handlebars.parse(readFileSync(file, 'utf8')), {
      strict: true,
      preventIndent: true,
      knownHelpersOnly: true,
      knownHelpers: { asset: true },
    });
  const compileAll = (folder: string) =>
    readdirSync(path.join(viewsDir, folder)).map((file) => {
      return [path.basename(file, '.hbs'), compile(path.join(viewsDir, folder, file))] as const;
    });
  for (const [name, partial] of compileAll('partials')) handlebars.registerPartial(name, partial);
  const pages = new Map(compileAll('pages'));
  return {
    render(page, model) {
      const template = pages.get(page);
      if (!template) throw new Error(`no template for the page ${page}`);
      return template(model);
    },
  };
}
