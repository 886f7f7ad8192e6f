/**
 * The operators of the ONNX schemas (onnx 1.23.2) by the opset they came with, and those that ONNX Runtime 1.30
 * adds to the default domain.
 */
const DEFAULT: readonly (readonly [since: number, names: string])[] = [
  [
    1,
    'ATen Abs Add Affine And ArgMax ArgMin AveragePool BatchNormalization Cast Ceil Clip Concat Constant Conv ConvTranspose Crop DepthToSpace Div Dropout DynamicSlice Elu Equal Exp Flatten Floor GRU GRUUnit Gather Gemm GivenTensorFill GlobalAveragePool GlobalLpPool GlobalMaxPool Greater HardSigmoid Hardmax Identity If ImageScaler InstanceNormalization LRN LSTM LayerNormalization LeakyRelu Less Log LogSoftmax Loop LpNormalization LpPool MatMul Max MaxPool MaxRoiPool Mean MeanVarianceNormalization Min Mul Neg Not Or PRelu Pad ParametricSoftplus Pow RNN RandomNormal RandomNormalLike RandomUniform RandomUniformLike Reciprocal ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu Reshape Scale ScaledTanh Selu Shape Sigmoid SimplifiedLayerNormalization Size Slice Softmax Softplus Softsign SpaceToDepth Split Sqrt Squeeze Sub Sum Tanh ThresholdedRelu Tile TopK Transpose Unsqueeze Upsample Xor',
  ],
  [7, 'Acos Asin Atan Cos Multinomial Sin Tan'],
  [8, 'Expand Scan'],
  [
    9,
    'Acosh Asinh Atanh Compress ConstantOfShape Cosh Erf EyeLike IsNaN MaxUnpool NonZero OneHot Scatter Shrink Sign Sinh TfIdfVectorizer Where',
  ],
  [
    10,
    'ConvInteger DequantizeLinear IsInf MatMulInteger Mod NonMaxSuppression QLinearConv QLinearMatMul QuantizeLinear Resize ReverseSequence RoiAlign StringNormalizer',
  ],
  [
    11,
    'BitShift ConcatFromSequence CumSum Det DynamicQuantizeLinear GatherElements GatherND Range Round ScatterElements ScatterND SequenceAt SequenceConstruct SequenceEmpty SequenceErase SequenceInsert SequenceLength SplitToSequence Unique',
  ],
  [12, 'Celu Einsum GreaterOrEqual LessOrEqual NegativeLogLikelihoodLoss SoftmaxCrossEntropyLoss'],
  [14, 'HardSwish Trilu'],
  [15, 'Bernoulli CastLike Optional OptionalGetElement OptionalHasElement'],
  [16, 'GridSample'],
  [17, 'BlackmanWindow DFT HammingWindow HannWindow MelWeightMatrix STFT SequenceMap'],
  [18, 'BitwiseAnd BitwiseNot BitwiseOr BitwiseXor CenterCropPad Col2Im GroupNormalization Mish'],
  [19, 'DeformConv'],
  [20, 'AffineGrid Gelu ImageDecoder RegexFullMatch StringConcat StringSplit'],
  [23, 'Attention RMSNormalization RotaryEmbedding'],
  [24, 'Swish TensorScatter'],
  [26, 'BitCast CumProd'],
  [27, 'CausalConvWithState LinearAttention'],
  [28, 'SwiGLU'],
];

const ML: readonly (readonly [since: number, names: string])[] = [
  [
    1,
    'ArrayFeatureExtractor Binarizer CastMap CategoryMapper DictVectorizer FeatureVectorizer Imputer LabelEncoder LinearClassifier LinearRegressor Normalizer OneHotEncoder SVMClassifier SVMRegressor Scaler TreeEnsembleClassifier TreeEnsembleRegressor ZipMap',
  ],
  [5, 'TreeEnsemble'],
];

const SINCE: ReadonlyMap<string, ReadonlyMap<string, number>> = new Map([
  ['', sinceOf(DEFAULT)],
  ['ai.onnx.ml', sinceOf(ML)],
]);

function sinceOf(table: readonly (readonly [number, string])[]): ReadonlyMap<string, number> {
  return new Map(table.flatMap(([since, names]) => names.split(' ').map(name => [name, since] as const)));
}

/**
 * The opset an operator came with; null when its domain's schema does not have it; undefined when the domain
 * has no schema here (com.microsoft, a custom domain).
 */
export function operatorSince(domain: string, name: string): number | null | undefined {
  const table = SINCE.get(domain);
  return table === undefined ? undefined : (table.get(name) ?? null);
}
