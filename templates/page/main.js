(() => {
  const { fill } = loadkit.theme;
  const { groups, texts } = loadkit.data;
  const drawn = new Map(groups.map((group) => [group.id, { ...loadkit.group(group), data: group }]));
  /** For tests and for who wants to look closer: the charts by run. */
  loadkit.drawn = drawn;

  const redraw = () => {
    for (const { draw } of drawn.values()) draw();
  };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);

  // Paper is light and narrow: a chart is drawn for it, not scaled to it.
  addEventListener('beforeprint', () => {
    document.documentElement.dataset.theme = 'light';
    redraw();
    for (const { charts } of drawn.values()) {
      for (const chart of charts()) {
        chart.options.devicePixelRatio = 2;
        chart.resize(660, 150);
      }
    }
  });
  addEventListener('afterprint', () => {
    delete document.documentElement.dataset.theme;
    redraw();
  });

  /** From a finding to its seconds, and the way back. */
  for (const link of document.querySelectorAll('[data-jump]')) {
    link.addEventListener('click', (event) => {
      const target = drawn.get(link.dataset.jump);
      if (target === undefined) return;
      event.preventDefault();
      const { from, to, metrics, finding } = link.dataset;
      const card = document.getElementById(finding);
      offerBack(target.root, card);
      target.reach(Number(from), Number(to), target.chartOf(metrics.split(' ')));
    });
  }

  function offerBack(root, card) {
    const back = root.querySelector('.back');
    const link = back.querySelector('a');
    back.hidden = false;
    link.href = `#${card.id}`;
    link.textContent = fill(texts.back, { title: card.querySelector('h3, h4').textContent });
  }

  for (const { root, reach, data } of drawn.values()) {
    for (const button of root.querySelectorAll('[data-mark]')) {
      const { from, to } = data.marks[Number(button.dataset.mark)];
      button.addEventListener('click', () => reach(from, to ?? from, null));
    }
  }

  for (const command of document.querySelectorAll('.command')) {
    const [button, told] = [document.createElement('button'), document.createElement('p')];
    button.type = 'button';
    button.textContent = texts.copy;
    told.className = 'told';
    told.setAttribute('role', 'status');
    button.addEventListener('click', async () => {
      told.textContent = (await copied(command.querySelector('code'))) ? texts.copied : texts.copyFailed;
    });
    command.append(button, told);
  }

  async function copied(element) {
    try {
      await navigator.clipboard.writeText(element.textContent);
      return true;
    } catch {
      getSelection().selectAllChildren(element);
      return document.execCommand('copy');
    }
  }
})();
