// Makes the replica set and each service's user: mongosh --nodb init.js. Safe to repeat; a changed password takes effect.
// A service is whatever the environment has a KENTONGAN_MONGO_<SERVICE>_PASSWORD of. Its user may read and write its own
// database and no other.

const HOST = "mongo:27017";
const NAMED = /^KENTONGAN_MONGO_([A-Z]+)_PASSWORD$/;
const SERVICES = Object.fromEntries(
  Object.entries(process.env)
    .filter(([name]) => NAMED.test(name))
    .map(([name, password]) => [NAMED.exec(name)[1].toLowerCase(), password]),
);

const root = encodeURIComponent(process.env.MONGO_INITDB_ROOT_PASSWORD);
const connection = new Mongo(`mongodb://root:${root}@${HOST}/?authSource=admin&directConnection=true`);
const admin = connection.getDB("admin");

const NOT_YET_INITIALIZED = 94;
try {
  admin.runCommand({ replSetGetStatus: 1 });
} catch (error) {
  if (error.code !== NOT_YET_INITIALIZED) throw error;
  admin.runCommand({ replSetInitiate: { _id: "rs0", members: [{ _id: 0, host: HOST }] } });
  print("replica set rs0 begun");
}

const patienceEnds = Date.now() + 60_000;
while (!admin.runCommand({ hello: 1 }).isWritablePrimary) {
  if (Date.now() > patienceEnds) throw new Error("rs0 has no primary after 60 s");
  sleep(100);
}

for (const [service, password] of Object.entries(SERVICES)) {
  const database = connection.getDB(service);
  const user = { pwd: password, roles: [{ role: "readWrite", db: service }] };
  const known = database.runCommand({ usersInfo: service }).users.length > 0;
  database.runCommand({ [known ? "updateUser" : "createUser"]: service, ...user });
  print(`user ${service} ${known ? "renewed" : "made"}`);
}
