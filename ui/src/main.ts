import './base.css';
import { askForAddress } from './page-queries.ts';
import { fetchScriptFor } from './page-scripts.ts';

// Small, so that the first questions are on their way before the rest of the console is here.
askForAddress(location);
void import('./app.tsx');
void fetchScriptFor(location.pathname);
