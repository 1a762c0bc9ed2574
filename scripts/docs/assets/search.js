import MiniSearch from 'minisearch';

// The index was loaded before this script.
const { options, index } = globalThis.parleySearchIndex;
const pages = MiniSearch.loadJS(index, options);

const search = document.querySelector('#search');
const found = document.querySelector('#found');
const results = document.querySelector('#results');
const root = new URL(search.form.dataset.root, location.href);

function show() {
  const wanted = search.value.trim();
  const hits = wanted ? pages.search(wanted).slice(0, 12) : [];
  results.replaceChildren(...(hits.length > 0 ? [listOf(hits)] : wanted ? [nothing(wanted)] : []));
  results.hidden = !wanted;
  found.textContent = wanted ? (hits.length === 1 ? '1 result' : `${hits.length} results`) : '';
}

function listOf(hits) {
  const list = document.createElement('ol');
  for (const hit of hits) {
    const link = document.createElement('a');
    link.href = new URL(hit.address, root).href;
    link.append(part('strong', hit.heading), part('span', hit.page), part('p', hit.excerpt, hit.terms));
    const item = document.createElement('li');
    item.append(link);
    list.append(item);
  }
  return list;
}

/** Text, in which the words that were found are marked. */
function part(name, text, terms = []) {
  const element = document.createElement(name);
  if (!text) return element;
  const words = terms.map((term) => RegExp.escape?.(term) ?? term.replaceAll(/[^\p{L}\p{N}]/gu, '\\$&'));
  const pieces = words.length > 0 ? text.split(new RegExp(`(${words.join('|')})`, 'giu')) : [text];
  for (const [at, piece] of pieces.entries()) {
    if (at % 2 === 0) element.append(piece);
    else element.append(part('mark', piece));
  }
  return element;
}

function nothing(wanted) {
  return part('p', `Nothing has “${wanted}” in its words.`);
}

function close() {
  results.hidden = true;
}

const links = () => [...results.querySelectorAll('a')];

search.form.addEventListener('submit', () => links()[0]?.click());
search.addEventListener('input', show);
search.addEventListener('focus', show);

search.form.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') {
    search.focus();
    search.value = '';
    show();
    return;
  }
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const stops = [search, ...links()];
  const step = event.key === 'ArrowDown' ? 1 : -1;
  stops[(stops.indexOf(document.activeElement) + step + stops.length) % stops.length].focus();
  event.preventDefault();
});

document.addEventListener('click', (event) => {
  if (!search.form.contains(event.target) || event.target.closest('#results a')) close();
});

search.form.addEventListener('focusout', ({ relatedTarget }) => {
  if (relatedTarget && !search.form.contains(relatedTarget)) close();
});

show();
