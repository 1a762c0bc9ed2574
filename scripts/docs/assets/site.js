// The site can be read without this script. It finds pages, copies code and shows where in a page the reader is.

const search = document.querySelector('#search');
const form = search.form;
const assets = new URL('.', document.currentScript?.src ?? document.querySelector('script[src$="site.js"]').src);

/** Loads the index when somebody first wants to search: it is larger than any page. */
let loaded = false;
function load() {
  if (loaded) return;
  loaded = true;
  for (const name of ['search-index.js', 'search.js']) {
    const script = document.createElement('script');
    script.src = new URL(name, assets).href;
    script.async = false; // one after the other
    document.head.append(script);
  }
}

search.addEventListener('focus', load);

document.addEventListener('keydown', (event) => {
  const isTyping = event.target instanceof Element && event.target.matches('input, textarea');
  if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  search.focus();
  search.select();
});

// With the script, what was found stands below the field, and there is no page to go to.
form.addEventListener('submit', (event) => event.preventDefault());

for (const figure of document.querySelectorAll('.code')) {
  const pre = figure.querySelector('pre');
  const caption = figure.querySelector('figcaption');
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'copy';
  button.textContent = 'Copy';
  button.setAttribute('aria-label', `Copy: ${caption?.textContent.trim() ?? pre.getAttribute('aria-label')}`);
  const copy = async () => {
    await navigator.clipboard.writeText(pre.textContent);
    button.textContent = 'Copied';
    setTimeout(() => (button.textContent = 'Copy'), 2000);
  };
  button.addEventListener('click', () => void copy());
  (caption ?? figure).append(button);
}

const places = new Map(
  [...document.querySelectorAll('.toc a')].map((link) => [
    document.getElementById(decodeURIComponent(link.hash.slice(1))),
    link,
  ]),
);

/** Marks the heading under which the reader is: the last one above the upper third of the window. */
function mark() {
  let here;
  for (const [heading, link] of places) if (heading.getBoundingClientRect().top < innerHeight / 3) here = link;
  for (const link of places.values()) {
    if (link === here) link.setAttribute('aria-current', 'location');
    else link.removeAttribute('aria-current');
  }
}

if (places.size > 0) {
  let waiting = false;
  addEventListener(
    'scroll',
    () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        mark();
      });
    },
    { passive: true },
  );
  mark();
}

// On a narrow screen the table of contents lies over the page, and has done its work with a choice.
const toc = document.querySelector('#toc');
toc?.addEventListener('click', (event) => {
  if (event.target.closest('a') && toc.matches(':popover-open')) toc.hidePopover();
});

document.querySelector('.menu [aria-current]')?.scrollIntoView({ block: 'nearest' });
