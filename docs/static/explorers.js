// The page's explorers: a slider's move puts numbers that are in the page into Bokeh's pictures.
"use strict";

const NATS = 1e-4, LENGTH = 1e-2, PLACE = 1e-4; // units of the whole numbers, see numbers.py

const text = (value, digits) => value.toFixed(digits).replace("-", "−");
const scaled = (values, unit) => values.map((value) => value * unit);
const nats = (of, i) => `${text(NATS * of.rmi[i], 3)} ± ${text(NATS * of.rmi_se[i], 3)}`;
const most = (features, i, names) =>
  names.reduce((best, name) => (features[name].rmi[i] > features[best].rmi[i] ? name : best));
const cell = (row, value) => (row.insertCell().textContent = value);

const shows = {
  noise({ numbers, looks, plots, write, root }, { noise: i }) {
    const level = numbers.noise[i], names = Object.keys(numbers.features);
    const field = plots.field.source("field");
    const values = numbers.packet.map((packet, j) => NATS * (packet + level * numbers.xi[j]));
    field.data = { site: field.data.site, field: values };
    for (const column of ["rmi", "entropy"]) {
      plots[column].source("now").data = {
        x: names.map(() => level),
        y: names.map((name) => NATS * numbers.features[name][column][i]),
        colour: names.map((name) => looks[name].colour),
        marker: names.map((name) => looks[name].marker),
      };
      plots[column].source("at").location = level;
    }
    const best = most(numbers.features, i, names);
    write("at", text(level, 2));
    write("best", looks[best].label);
    root.querySelector("tbody").replaceChildren(
      ...names.map((name) => {
        const row = document.createElement("tr"), of = numbers.features[name];
        row.dataset.feature = name;
        row.classList.toggle("best", name === best);
        const { colour, sign, label } = looks[name];
        row.insertCell().innerHTML = `<span aria-hidden="true" style="color: ${colour}">${sign}</span> ${label}`;
        cell(row, nats(of, i));
        cell(row, text(NATS * of.entropy[i], 3));
        return row;
      }),
    );
  },

  twist({ numbers, plots, write }, { alpha: i }) {
    const bytes = Uint8Array.from(atob(numbers.density[i]), (sign) => sign.charCodeAt(0));
    for (const [name, of] of Object.entries(numbers.features)) {
      const density = plots[name].source("density"), lines = of.contours[i];
      density.data.image[0].set(bytes);
      density.change.emit();
      plots[name].source("contours").data = {
        xs: lines.map((line) => scaled(line.filter((_, k) => k % 2 === 1), LENGTH)),
        ys: lines.map((line) => scaled(line.filter((_, k) => k > 0 && k % 2 === 0), LENGTH)),
        colour: lines.map(([level]) => numbers.colours[level]),
      };
      write(name, `${nats(of, i)} nats`);
    }
    write("at", text(numbers.alpha[i], 2));
    const references = Object.keys(numbers.features).filter((name) => name !== "network");
    write("best", most(numbers.features, i, references));
  },

  drop({ numbers, plots, write }, { deformation: i, orientation: j }) {
    const angle = (numbers.orientation[j] * Math.PI) / 180;
    const cos = Math.cos(angle), sin = Math.sin(angle);
    const turned = (along, across) => ({
      x: along.map((a, k) => cos * a - sin * across[k]),
      y: along.map((a, k) => sin * a + cos * across[k]),
    });
    const both = scaled(numbers.places[i], PLACE), n = both.length / 2;
    const places = turned(both.slice(0, n), both.slice(n));
    const around = Array.from({ length: 73 }, (_, k) => (k * Math.PI) / 36);
    const half = 1 + numbers.deformation[i];
    plots.particles.source("places").data = places;
    plots.particles.source("rim").data = turned(
      around.map((t) => half * Math.cos(t)), around.map((t) => Math.sin(t) / half),
    );
    const [first, second] = ["x", "y"].map((axis) => places[axis].reduce((sum, v) => sum + v * v, 0) / n);
    plots.moments.source("now").data = { x: [first], y: [second] };
    write("first", text(first, 3));
    write("second", text(second, 3));
  },
};

async function start(root) {
  const { numbers, looks, items } = JSON.parse(root.nextElementSibling.textContent);
  const plots = {}, at = {}, name = root.dataset.explorer;
  for (const target of root.querySelectorAll(".plot")) {
    let views;
    for (const item of items[target.dataset.plot]) {
      const layer = target.appendChild(document.createElement("div"));
      views = await Bokeh.embed.embed_item(item, layer);
    }
    const moving = [...views][0].model.document;
    plots[target.dataset.plot] = { source: (named) => moving.get_model_by_name(named) };
  }
  const write = (key, value) => (root.querySelector(`[data-number="${key}"]`).textContent = value);
  const show = () => shows[name]({ numbers, looks, plots, write, root }, at);
  for (const input of root.querySelectorAll("input")) {
    const values = numbers[input.dataset.values], output = root.querySelector(`output[for="${input.id}"]`);
    Object.assign(input, { min: 0, max: values.length - 1, step: 1 });
    input.value = values.indexOf(Number(input.dataset.start));
    const read = () => {
      at[input.id] = Number(input.value);
      output.textContent = text(values[input.value], Number(input.dataset.digits));
      input.setAttribute("aria-valuetext", output.textContent);
    };
    read();
    input.addEventListener("input", () => (read(), show()));
  }
  show();
}

document.querySelectorAll(".explorer").forEach(start);
