import { Page } from '../parts/page.tsx';

export function SetupPage() {
  return <Page title="Setup guide">{null}</Page>;
}
