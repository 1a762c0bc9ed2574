import { Page } from '../parts/page.tsx';

export function TenantsPage() {
  return <Page title="Setup guide">{null}</Page>;
}
