// What a JavaScript team does with ArangoDB, by its official driver. Arguments: URL, password of root.
// Prints one JSON object with what it saw; any surprise is an exception.
import { Database, aql } from "arangojs";

const [url, password] = process.argv.slice(2);
const seen = {};

const system = new Database({ url, auth: { username: "root", password } });
seen.version = (await system.version()).version;
const made = await system.createDatabase("library", [{ username: "reader", passwd: "r", active: true }]);
seen.databases = (await system.listDatabases()).sort();
const db = new Database({ url, databaseName: made.name, auth: { username: "root", password } });
await db.login("root", password);

const books = await db.createCollection("books");
const cites = await db.createEdgeCollection("cites");
await books.ensureIndex({ type: "persistent", fields: ["year"], name: "by_year" });
await books.ensureIndex({ type: "persistent", fields: ["isbn"], unique: true, sparse: true });
seen.indexes = (await books.indexes()).map((index) => index.type).sort();

const first = await books.save({ _key: "a", title: "First", year: 1990, isbn: "1" }, { returnNew: true });
seen.returned = first.new.title;
const many = await books.saveAll([
  { _key: "b", title: "Second", year: 2000 },
  { _key: "c", title: "Third", year: 2010 },
  { _key: "a", title: "Taken" },
]);
seen.errors = many.filter((one) => one.error).map((one) => one.errorNum);
try {
  await books.save({ isbn: "1" });
} catch (error) {
  seen.unique = [error.code, error.errorNum];
}
const changed = await books.update("a", { year: 1991 }, { ifMatch: first._rev, returnNew: true, returnOld: true });
seen.years = [changed.old.year, changed.new.year];
try {
  await books.replace("a", { year: 1992 }, { ifMatch: first._rev });
} catch (error) {
  seen.conflict = [error.code, error.errorNum];
}
seen.exists = [await books.documentExists("a"), await books.documentExists("z")];
seen.imported = await books.import([{ _key: "d", year: 2020 }, { _key: "a" }], { onDuplicate: "ignore" });
seen.count = (await books.count()).count;

await cites.saveAll([
  { _from: "books/b", _to: "books/a" },
  { _from: "books/c", _to: "books/b" },
]);
const since = 1995;
const titles = await db.query(aql`FOR book IN ${books} FILTER book.year > ${since} SORT book.year RETURN book._key`);
seen.query = await titles.all();
const paged = await db.query(aql`FOR number IN 1..25 RETURN number`, { batchSize: 10, count: true });
seen.paged = [paged.count, (await paged.all()).length];
const reached = await db.query(aql`FOR book, edge, path IN 1..2 OUTBOUND "books/c" ${cites} RETURN book._key`);
seen.traversal = await reached.all();
const edges = await cites.inEdges("books/a");
seen.edges = edges.edges.map((edge) => edge._from);

const transaction = await db.beginTransaction({ write: [books] });
await transaction.step(() => books.save({ _key: "e" }));
await transaction.step(() => db.query(aql`UPDATE "e" WITH { year: 2030 } IN ${books}`));
seen.outside = await books.documentExists("e");
await transaction.commit();
seen.committed = (await books.document("e")).year;
const undone = await db.beginTransaction({ write: [books] });
await undone.step(() => books.remove("e"));
await undone.abort();
seen.aborted = await books.documentExists("e");

const graph = db.graph("citations");
await graph.create([{ collection: "cites", from: ["books"], to: ["books"] }]);
seen.graphs = (await db.listGraphs()).map((one) => one.name);
const named = await db.query(aql`FOR book IN 1..1 INBOUND "books/a" GRAPH "citations" RETURN book._key`);
seen.named = await named.all();
await graph.drop();

const stranger = new Database({ url, databaseName: "library", auth: { username: "reader", password: "wrong" } });
try {
  await stranger.collections();
} catch (error) {
  seen.stranger = error.code;
}
const reader = new Database({ url, databaseName: "library", auth: { username: "reader", password: "r" } });
seen.reader = (await reader.collections()).map((collection) => collection.name).sort();
try {
  await db.query("FOR x IN");
} catch (error) {
  seen.syntax = [error.code, error.errorNum];
}
await books.truncate();
await db.collection("cites").drop();
seen.dropped = await system.dropDatabase("library");
console.log(JSON.stringify(seen));
