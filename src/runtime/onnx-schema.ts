import protobuf from "protobufjs";

/**
 * The part of the ONNX format that a model of ours uses, as in onnx.proto (https://github.com/onnx/onnx, Apache-2.0):
 * field numbers and types are the format's own.
 */
const schema = `
syntax = "proto3";
message Model {
  int64 ir_version = 1;
  string producer_name = 2;
  Graph graph = 7;
  repeated OperatorSet opset_import = 8;
}
message OperatorSet { string domain = 1; int64 version = 2; }
message Graph {
  repeated OperatorNode node = 1;
  string name = 2;
  repeated Tensor initializer = 5;
  repeated Value input = 11;
  repeated Value output = 12;
}
message OperatorNode {
  repeated string input = 1;
  repeated string output = 2;
  string name = 3;
  string op_type = 4;
  repeated Attribute attribute = 5;
  string domain = 7;
}
message Attribute {
  string name = 1;
  int64 i = 3;
  bytes s = 4;
  repeated int64 ints = 8;
  int32 type = 20;
}
message Tensor {
  repeated int64 dims = 1;
  int32 data_type = 2;
  string name = 8;
  bytes raw_data = 9;
}
message Value { string name = 1; Type type = 2; }
message Type { TensorType tensor_type = 1; }
message TensorType { int32 elem_type = 1; TensorShape shape = 2; }
message TensorShape { repeated Dimension dim = 1; }
message Dimension { int64 dim_value = 1; string dim_param = 2; }
`;

/** AttributeProto.AttributeType. */
export const attributeType = { int: 2, string: 3, ints: 7 } as const;

const modelType = protobuf.parse(schema, { keepCase: true }).root.lookupType("Model");

/** The bytes of an ONNX model given as a plain object with the field names of the format. */
export function encodeModel(model: Record<string, unknown>): Uint8Array {
  return modelType.encode(model).finish();
}
