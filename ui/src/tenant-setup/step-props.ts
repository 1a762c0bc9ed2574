import type { SetupStep, Tenant, TenantSetup } from '../api/queries.ts';

export type StepProps = {
  step: SetupStep;
  setup: TenantSetup;
  tenant: Tenant;
  /** What the tenant is called. */
  title: string;
  /** Opens a step by its name; another word closes them all. */
  onShow: (step: string) => void;
};

/** Where the focus goes when another step is opened from within one. */
export function stepButtonId(name: string): string {
  return `step-${name}`;
}
