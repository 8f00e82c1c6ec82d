// Runs the handler of a Lambda function in Node: `function.js FILE.HANDLER RESULT_FILE`, the event on standard input.
//
// Its TLS connections lead to the driver's own server, whichever host they are for: the functions of CDK answer CloudFormation on
// port 443, whatever the address says, and ask the issuer of a cluster for its certificate.
const fs = require("fs");
const https = require("https");
const path = require("path");
const tls = require("tls");

const port = Number(process.env._TLS_PORT);
const connect = tls.connect;
tls.connect = (...given) => {
  const options = given.find((one) => one && typeof one === "object") ?? {};
  const hosts = given.filter((one) => typeof one === "string");
  const told = given.filter((one) => typeof one === "function");
  const host = options.servername || options.host || hosts[0];
  return connect({ ...options, path: undefined, host: "127.0.0.1", port, servername: /^[0-9.]+$/.test(host) ? "" : host }, ...told);
};
https.globalAgent.defaultPort = port;

const [, , handler, result] = process.argv;
const [file, name] = handler.split(".");
const end = Date.now() + Number(process.env._TIMEOUT) * 1000;
const context = {
  awsRequestId: process.env._REQUEST_ID,
  functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
  functionVersion: "$LATEST",
  invokedFunctionArn: process.env._FUNCTION_ARN,
  logGroupName: `/aws/lambda/${process.env.AWS_LAMBDA_FUNCTION_NAME}`,
  logStreamName: process.env._REQUEST_ID,
  memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
  getRemainingTimeInMillis: () => Math.max(0, end - Date.now()),
};

(async () => {
  try {
    const event = JSON.parse(fs.readFileSync(0, "utf-8"));
    const answer = await require(path.resolve(file))[name](event, context);
    fs.writeFileSync(result, JSON.stringify(answer ?? null));
    process.exit(0);
  } catch (error) {
    console.error(error);
    const told = { errorMessage: error.message, errorType: error.name, trace: (error.stack ?? "").split("\n") };
    fs.writeFileSync(result, JSON.stringify(told));
    process.exit(1);
  }
})();
