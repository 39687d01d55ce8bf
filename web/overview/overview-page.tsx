// The home page: pictures of a few sites, or tables of many clients.

import './overview.css';
import { CompanyPage } from './company-page.tsx';
import { PicturesPage } from './pictures-page.tsx';
import { useHome } from './use-home.ts';

export function OverviewPage() {
  return useHome() === 'tables' ? <CompanyPage /> : <PicturesPage />;
}
