// The reference works without this script: it narrows the list while somebody types, and copies code.

const search = document.querySelector('#search');
const found = document.querySelector('#found');
const sections = [...document.querySelectorAll('nav .section')];

function narrow() {
  const parts = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const section of sections) {
    let matching = 0;
    for (const item of section.querySelectorAll('li')) {
      const matches = parts.every((part) => item.dataset.words.includes(part));
      item.hidden = !matches;
      if (matches) matching += 1;
    }
    section.hidden = matching === 0;
    section.classList.toggle('matching', parts.length > 0 && matching > 0);
    count += matching;
  }
  found.textContent = parts.length === 0 ? '' : count === 1 ? '1 operation' : `${count} operations`;
}

search.addEventListener('input', narrow);
if (search.value) narrow();

document.addEventListener('keydown', (event) => {
  const isTyping = event.target instanceof Element && event.target.matches('input, textarea');
  if (event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    search.focus();
    search.select();
  }
  if (event.key === 'Escape' && event.target === search) {
    search.value = '';
    narrow();
  }
});

for (const figure of document.querySelectorAll('.code')) {
  const caption = figure.querySelector('figcaption');
  const title = caption.textContent;
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Copy';
  button.setAttribute('aria-label', `Copy: ${title}`);
  const copy = async () => {
    await navigator.clipboard.writeText(figure.querySelector('pre').textContent);
    button.textContent = 'Copied';
    setTimeout(() => (button.textContent = 'Copy'), 2000);
  };
  button.addEventListener('click', () => void copy());
  caption.append(button);
}
