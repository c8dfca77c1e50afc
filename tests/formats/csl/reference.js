// Citations by citeproc-js, the reference processor. See references.py.
// Arguments: the folder with the styles, their names without ".csl". Input: items as CSL-JSON.
const CSL = require("citeproc");
const fs = require("fs");

const [folder, ...styles] = process.argv.slice(2);
const items = JSON.parse(fs.readFileSync(0, "utf8"));
const locale = fs.readFileSync(`${folder}/locales-en-US.xml`, "utf8");
const system = {
  retrieveLocale: () => locale,
  retrieveItem: (id) => items.find((item) => item.id === id),
};

const citations = {};
for (const style of styles) {
  for (const item of items) {
    // A new engine each time: with one, authors of several items get letters after the year.
    const engine = new CSL.Engine(system, fs.readFileSync(`${folder}/${style}.csl`, "utf8"));
    engine.updateItems([item.id]);
    const text = engine.makeBibliography()[1][0].replace(/<\/?div[^>]*>/g, "").trim();
    (citations[item.id] ??= {})[style] = text;
  }
}
console.log(JSON.stringify(citations));
