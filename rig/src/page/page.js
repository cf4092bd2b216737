// The page of a run. Text from the run is set as text, never as markup.
const at = id => document.getElementById(id);
const made = (name, text, cls) => {
  const one = document.createElement(name);
  if (text !== undefined) one.textContent = text;
  if (cls) one.className = cls;
  return one;
};
const drawn = (name, attributes, text) => {
  const one = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value);
  if (text !== undefined) one.textContent = text;
  return one;
};

// The token came in the fragment, which no server and no Referer sees; it stays in this tab.
const token = location.hash.slice(1) || sessionStorage.getItem('token') || '';
sessionStorage.setItem('token', token);
history.replaceState(null, '', '/');
const client = sessionStorage.getItem('client') || crypto.randomUUID();
sessionStorage.setItem('client', client);

let boot, last, you, head, run, stopped, isOver, current, breakpoints, crew, canDrive, late;
const nobody = { watchers: [], driver: null };
const fresh = () => {
  [last, head, run, stopped, isOver, current, breakpoints, crew] = [-1, null, [], null, false, 0, [], nobody];
  late = [];
  for (const id of ['said', 'clocks', 'cameras', 'phones', 'scenario']) at(id).textContent = '';
};
fresh();

const post = (path, body) => fetch(path, {
  method: 'POST',
  headers: { 'x-rig-token': token, ...(body && { 'content-type': 'application/json' }) },
  body: body && JSON.stringify(body),
});
const say = text => {
  const said = at('said');
  said.textContent = (said.textContent + text + '\n').slice(-20000);
  said.scrollTop = said.scrollHeight;
};

// What an entry of the journal changes.
const take = entry => {
  const one = entry.scenario === null ? null : run[entry.scenario];
  switch (entry.event) {
    case 'run_started':
      head = entry;
      run = entry.scenarios.map(() => ({ entries: [], outcomes: [], steps: [], verdicts: [], kept: new Set() }));
      at('scenario').replaceChildren(...entry.scenarios.map((scenario, index) => {
        const option = made('option', scenario.name);
        option.value = index;
        return option;
      }));
      break;
    case 'scenario_started':
      Object.assign(one, { entries: [], outcomes: [], steps: [], verdicts: [], kept: new Set(), attempt: entry.attempt, outcome: undefined });
      if (at('follow').checked) current = entry.scenario;
      break;
    case 'step_started':
      [one.at, one.begin] = [entry.step, one.entries.length];
      one.steps.push({ step: entry.step, from: entry.at_ns });
      break;
    case 'step_finished':
      one.outcomes[entry.step] = entry;
      // Pictures and sounds are on the disk where a verdict rests on them, and of a step that does not pass.
      if (entry.outcome !== 'pass') one.entries.slice(one.begin).forEach(seen => one.kept.add(seen.id));
      if (one.steps.length) Object.assign(one.steps.at(-1), { to: entry.at_ns, outcome: entry.outcome });
      break;
    case 'judged':
      one.verdicts.push(entry);
      entry.observations.forEach(id => one.kept.add(id));
      break;
    case 'scenario_finished':
      one.outcome = entry.outcome;
      one.at = undefined;
      break;
    case 'run_finished':
      head.outcome = entry.outcome;
      at('report').hidden = false;
      break;
  }
  if (entry.host?.detail?.attached && head) head.attached = true;
  if (one) one.entries.push(entry);
};

const seconds = ns => `${(ns / 1e9).toFixed(2)} s`;
const words = outcome => outcome.replace('_', ' ');
const marked = outcome => made('span', words(outcome), `outcome ${outcome}`);

const showHead = () => {
  if (!head) return;
  at('title').textContent = `rig: ${head.bench}`;
  at('subject').textContent = `${head.profile}, seed ${head.seed}` + (head.simulated ? ', simulated bench' : '')
    + (head.defects.length ? `, with ${head.defects.join(', ')}` : '');
  at('by-hand').hidden = !head.host?.origin?.by_hand && !head.attached;
  const done = run.filter(one => one.outcome).length;
  const place = at('place');
  place.textContent = head.outcome ? `The run is over: ${words(head.outcome)}.`
    : isOver ? 'The run did not reach its end.'
    : stopped ? `Stopped ${stopped.outcome ? 'after' : 'before'} step ${stopped.step + 1}, at ${stopped.time_s.toFixed(2)} s.`
    : `At work: ${done} of ${run.length} scenarios are over.`;
};

const showSteps = () => {
  const scenario = head?.scenarios[current], one = run[current];
  if (!scenario) return;
  at('scenario').value = current;
  at('where').textContent = `${scenario.file}:${scenario.line}` + (one.attempt > 1 ? `, attempt ${one.attempt}` : '')
    + (one.outcome ? `: ${words(one.outcome)}` : '');
  const here = stopped && head.scenarios[current].name === stopped.scenario ? stopped.step : one.at;
  at('steps').replaceChildren(...scenario.steps.map((step, index) => {
    const line = made('li');
    if (index === here) line.setAttribute('aria-current', 'step');
    if (canDrive) {
      const set = breakpoints.find(known => known.line === step.line && scenario.file.endsWith(known.file ?? ''));
      const dot = made('button', set ? '●' : '○', 'dot');
      dot.setAttribute('aria-pressed', Boolean(set));
      dot.setAttribute('aria-label', `Breakpoint on line ${step.line}`);
      dot.onclick = () => act(set ? `delete ${set.number}` : `break ${scenario.file}:${step.line}`);
      line.append(dot);
    }
    line.append(made('span', `${step.keyword} ${step.text}${step.clause ? ` [${step.clause}]` : ''}`, 'text'));
    const end = one.outcomes[index];
    if (end) {
      const mark = marked(end.outcome);
      if (end.reason) mark.title = end.reason;
      line.append(mark);
    }
    return line;
  }));
};

// Where a figure lies against its limits.
const bar = figure => {
  const { value, uncertainty, lower, upper } = figure;
  const ends = [value - uncertainty, value + uncertainty, lower, upper].filter(Number.isFinite);
  const room = (Math.max(...ends) - Math.min(...ends) || 1) * 0.15;
  const from = Math.min(...ends) - room, scale = 160 / (Math.max(...ends) + room - from);
  const x = place => (place - from) * scale;
  const left = x(lower ?? from), right = x(upper ?? from + 160 / scale);
  const picture = drawn('svg', { width: 160, height: 20, role: 'img', 'aria-label': `${value.toFixed(2)} in ${lower ?? 'no limit'} to ${upper ?? 'no limit'}` });
  picture.append(
    drawn('rect', { x: left, y: 4, width: Math.max(right - left, 1), height: 12, class: 'within' }),
    drawn('rect', { x: x(value - uncertainty), y: 8, width: Math.max(2 * uncertainty * scale, 2), height: 4, class: 'value' }),
    drawn('rect', { x: x(value) - 1, y: 2, width: 3, height: 16, class: 'value' }));
  return picture;
};

const cells = (...parts) => {
  const row = made('tr');
  for (const part of parts) {
    const cell = made('td');
    cell.append(part ?? '');
    row.append(cell);
  }
  return row;
};

const showMeasured = () => {
  const verdicts = run[current]?.verdicts ?? [];
  at('measured').replaceChildren(...verdicts.flatMap(verdict => {
    const figures = verdict.measurements ?? [];
    if (!figures.length) return [cells(verdict.clause, marked(verdict.outcome), verdict.reason)];
    return figures.map(figure => cells(verdict.clause, marked(verdict.outcome), figure.name,
      `${figure.value.toFixed(3)} ± ${figure.uncertainty.toFixed(3)} ${figure.unit}`,
      `${figure.lower ?? '…'} to ${figure.upper ?? '…'}`, bar(figure)));
  }));
};

const showTimeline = () => {
  const one = run[current];
  if (!one) return;
  const moments = one.entries.filter(entry => entry.at_ns !== undefined);
  const end = Math.max(1, ...moments.map(entry => entry.at_ns));
  const zoom = Number(at('zoom').value), width = Math.max(300, at('timeline').clientWidth - 4) * zoom;
  const instruments = [...new Set(moments.filter(entry => entry.event === 'observed').map(entry => entry.instrument))];
  const left = 110, x = ns => left + (width - left - 10) * (ns / end), height = 60 + instruments.length * 20;
  const picture = drawn('svg', { width, height, role: 'img', 'aria-label': `${instruments.length} instruments over ${seconds(end)}; the journal below tells the same as text` });
  for (const { step, from, to = end } of one.steps) {
    const box = drawn('rect', { x: x(from), y: 4, width: Math.max(2, x(to) - x(from)), height: 20, class: 'step' });
    box.append(drawn('title', {}, `step ${step + 1}, ${seconds(from)} to ${seconds(to)}`));
    picture.append(box, drawn('text', { x: x(from) + 2, y: 18 }, step + 1));
  }
  instruments.forEach((name, row) => {
    const y = 40 + row * 20;
    picture.append(drawn('text', { x: 0, y: y + 4 }, name), drawn('line', { x1: left, x2: width, y1: y, y2: y, class: 'axis' }));
    let drawnTo = -9;
    for (const entry of moments) {
      // Marks that would lie on one another are one.
      if (entry.event !== 'observed' || entry.instrument !== name || x(entry.at_ns) - drawnTo < 2) continue;
      drawnTo = x(entry.at_ns);
      const mark = drawn('circle', { cx: drawnTo, cy: y, r: 3, class: 'mark' });
      mark.append(drawn('title', {}, `${seconds(entry.at_ns)} ${entry.quantity}`));
      picture.append(mark);
    }
  });
  picture.append(drawn('text', { x: left, y: height - 6 }, '0 s'), drawn('text', { x: width - 80, y: height - 6 }, seconds(end)));
  at('span').textContent = seconds(end);
  at('timeline').replaceChildren(picture);
};

const told = entry => {
  switch (entry.event) {
    case 'observed': return `${entry.instrument}: ${entry.quantity}`;
    case 'judged': return `${entry.clause} ${words(entry.outcome)}: ${entry.reason}`;
    case 'step_started': return `step ${entry.step + 1} begins`;
    case 'step_finished': return `step ${entry.step + 1}: ${words(entry.outcome)}${entry.reason ? `: ${entry.reason}` : ''}`;
    case 'scenario_started': return `attempt ${entry.attempt}, seed ${entry.seed}`;
    case 'scenario_finished': return words(entry.outcome);
    default: return '';
  }
};
const MOST_ROWS = 400;
const showJournal = () => {
  const kind = at('kind').value, search = at('words').value.toLowerCase();
  const entries = at('all').checked ? run.flatMap(one => one.entries) : run[current]?.entries ?? [];
  const found = entries.filter(entry => (!kind || entry.event === kind) && (!search || told(entry).toLowerCase().includes(search)));
  at('count').textContent = `${found.length} of ${entries.length}` + (found.length > MOST_ROWS ? `, the last ${MOST_ROWS} shown` : '');
  at('journal').replaceChildren(...found.slice(-MOST_ROWS).reverse().map(entry => {
    let evidence;
    if (entry.evidence && entry.evidence.offset === undefined && run[entry.scenario].kept.has(entry.id)) {
      evidence = made('a', entry.evidence.media_type);
      evidence.href = `/run/${entry.evidence.file}`;
      evidence.target = '_blank';
    }
    return cells(entry.at_ns === undefined ? '' : seconds(entry.at_ns), entry.event.replace('_', ' '), told(entry), evidence);
  }));
};

const showWheel = () => {
  at('wheel').hidden = at('cameras-section').hidden = at('phones-section').hidden = !canDrive;
  const drives = canDrive && crew.driver === you, over = isOver || Boolean(head?.outcome);
  for (const button of document.querySelectorAll('#verbs button')) {
    const anytime = ['pause', 'stop'].includes(button.dataset.command);
    button.disabled = !drives || over || (button.dataset.command === 'pause' ? Boolean(stopped) : !anytime && !stopped);
  }
  const others = crew.watchers.filter(number => number !== you);
  const parts = [made('span', `You are watcher ${you}. ` + (crew.driver === you ? 'You drive.' : crew.driver ? `Watcher ${crew.driver} drives.` : 'Nobody drives.'))];
  if (drives) {
    for (const number of others) {
      const button = made('button', `Hand over to watcher ${number}`);
      button.onclick = () => drive(number);
      parts.push(button);
    }
  } else {
    const button = made('button', 'Take the wheel');
    button.disabled = crew.watchers.includes(crew.driver);
    button.onclick = () => drive();
    parts.push(button);
  }
  at('crew').replaceChildren(...parts);
};

let planned = false;
const redraw = () => {
  if (planned) return;
  planned = true;
  requestAnimationFrame(() => {
    planned = false;
    showHead(); showSteps(); showMeasured(); showTimeline(); showJournal(); showWheel();
    if (late.length) {
      const sorted = [...late].sort((one, other) => one - other);
      at('late').textContent = `Events are shown ${sorted[Math.floor(sorted.length * 0.95)]} ms after they happened (95th percentile of the last ${sorted.length}).`;
    }
  });
};

// The bench, while it stands still.
let looking = 0;
const look = async () => {
  const mine = ++looking;
  if (!stopped || !canDrive) return;
  at('cameras').replaceChildren(...stopped.cameras.map(name => {
    const figure = made('figure'), picture = made('img');
    picture.alt = `What ${name} sees, with what the readers read in it`;
    picture.dataset.camera = name;
    picture.src = `/picture?camera=${encodeURIComponent(name)}&look=${mine}`;
    figure.append(picture, made('figcaption', name));
    return figure;
  }));
  const answer = await fetch('/screens');
  if (!answer.ok || mine !== looking) return;
  at('phones').replaceChildren(...(await answer.json()).map(phone => {
    const box = made('div', undefined, 'phone');
    box.append(made('p', phone.name), made('strong', phone.value));
    for (const part of phone.parts ?? []) {
      box.append(part.name === 'text' ? made('p', part.value) : made('span', `${part.name}: ${part.value}`, 'control'));
    }
    return box;
  }));
};
// On a bench of real devices the picture goes on while the run stands.
const live = async () => {
  const pictures = stopped && head && !head.simulated ? [...document.querySelectorAll('#cameras img')] : [];
  await Promise.all(pictures.map(picture => new Promise(done => {
    const next = new Image();
    next.onload = () => { picture.src = next.src; done(); };
    next.onerror = done;
    next.src = `/picture?camera=${encodeURIComponent(picture.dataset.camera)}&look=${Date.now()}`;
  })));
  setTimeout(live, pictures.length ? 50 : 500);
};
live();

const act = async command => {
  say(`(rig) ${command}`);
  const answer = await post('/act', { client, command });
  if (!answer.ok) return say(await answer.text());
  const done = await answer.json();
  done.lines.forEach(say);
  if (!done.goes_on) look();
};
const drive = async to => {
  const answer = await post('/drive', to === undefined ? { client } : { client, to });
  if (!answer.ok) say(await answer.text());
};

at('verbs').addEventListener('click', event => event.target.dataset.command && act(event.target.dataset.command));
at('command-form').addEventListener('submit', event => {
  event.preventDefault();
  act(at('command').value);
  at('command').value = '';
});
document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest('input, select, textarea')) return;
  if (event.key === '/' && canDrive) {
    event.preventDefault();
    at('command').focus();
  }
  const button = document.querySelector(`#verbs button[data-key="${CSS.escape(event.key)}"]`);
  if (button && !button.disabled) button.click();
});
at('scenario').addEventListener('change', () => { current = Number(at('scenario').value); at('follow').checked = false; redraw(); });
for (const id of ['zoom', 'words', 'kind', 'all', 'follow']) at(id).addEventListener('input', redraw);
addEventListener('resize', redraw);

// EventSource can send no field: the token that reads becomes a cookie, the one that acts is a field.
const admitted = await post('/watch').then(answer => answer.ok, () => false);
const source = new EventSource(`/events?client=${encodeURIComponent(client)}`);
const link = text => { at('link').textContent = text; };
if (!admitted) link('refused: open the address with its token');
source.onopen = () => link('connected');
source.onerror = () => link(source.readyState === 2 ? 'refused: open the address with its token' : 'waiting for the rig');
source.addEventListener('hello', event => {
  const hello = JSON.parse(event.data);
  // Another server numbers anew.
  if (hello.boot !== boot) { boot = hello.boot; fresh(); }
  [you, canDrive] = [hello.own.you, hello.own.drives];
  redraw();
});
const on = (name, handle) => source.addEventListener(name, event => {
  const number = Number(event.lastEventId.slice(event.lastEventId.lastIndexOf('-') + 1));
  if (number <= last) return;
  last = number;
  const data = JSON.parse(event.data);
  // What was kept from before is old: only what comes now tells how late the page is.
  if (data.told_ms && Date.now() - data.told_ms < 10000) late = [...late.slice(-199), Math.max(0, Date.now() - data.told_ms)];
  handle(data);
  redraw();
});
on('entry', take);
on('line', data => say(data.text));
on('crew', data => { crew = data; });
on('breakpoints', data => { breakpoints = data.list; });
on('goes_on', () => { stopped = null; });
on('over', data => { [stopped, isOver] = [null, true]; say(data.summary); });
on('stopped', data => {
  stopped = data;
  const index = head ? head.scenarios.findIndex(scenario => scenario.name === data.scenario) : -1;
  if (index >= 0 && at('follow').checked) current = index;
  at('clocks').replaceChildren(...data.clocks.map(clock => made('li', clock)));
  data.verdict.forEach(say);
  look();
});
