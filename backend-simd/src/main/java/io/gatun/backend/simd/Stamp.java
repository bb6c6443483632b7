package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConvertInstruction;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * Makes copies of template classes, each with constants of its own.
 *
 * <h2>Why copies</h2>
 *
 * <p>A vector kernel is fast only where the JIT sees its species and its operator as constants: a species in a parameter,
 * or one method that serves ten operators, and every vector is boxed, a hundred times slower. Ten dtypes times a hundred
 * operators written out by hand would do; so would generated source. Here a kernel's shape is written once, as a class
 * whose {@code static final} fields come from its <em>class data</em>, and {@link MethodHandles.Lookup#defineHiddenClassWithClassData}
 * defines the same bytes once for each dtype and operator. Every copy has its own constants, its own compiled code, and its
 * own profile, which no other operator pollutes.
 *
 * <h2>What a template must keep to</h2>
 *
 * <ul>
 *   <li>a top-level class of this package, with a constructor without arguments and no state;
 *   <li>constants read by {@link #data} in its static initialiser, into {@code static final} fields;
 *   <li>no vector in a local variable that a loop reassigns: at the loop's head its exact type is lost, and every
 *       operation on it becomes a virtual call. Accumulators live in memory instead, or the template has them as {@link FloatVector}s, which {@link #exact}
 *       replaces by the class of its vectors (see {@link RowTemplate}); and even then an operation's first operand is one
 *       that was just loaded or made: of what a loop carries the JIT knows the species from profiles alone, which it may
 *       not have, and a maximum took 30 ns a vector in some JVMs;
 *   <li>a vector that was just loaded or converted, or that a loop carried, is cast to its class, a constant ({@code
 *       EXACT.cast(x)}), before it is stored or converted: the JIT learns the class of what a load or a loop gives after it has
 *       inlined the rest, and until then these methods, which all species share, choose by the profile of whoever called them.
 *       After two species that is a choice of two, and its vector remains an object. Arithmetic has a method for each class.
 *       Measured: rows picked by index took 118 in place of 22 µs in three of four JVMs after sums of bools, once 4,261; with more
 *       than one optimising compiler, which a machine of four processors has, a product of matrices 6 to 8 in place of 1.4 ms in
 *       one JVM of six that other kernels kept busy. Not for every load: a cast makes thirty nodes, and Winograd's transformations
 *       were stuck by them;
 *   <li>no call that takes or returns a vector to a method that another copy calls too: such a method is hot before its
 *       callers are compiled, is compiled alone, for all species at once, and is then "already compiled into a big method"
 *       and not inlined into any of them. What the bodies of kernels call is stamped with them ({@link FloatingBody}).
 *       Measured: an i64 product took 0.3 ns an element in a fresh JVM, and 9 after an i64 sum. What is for one species only may be shared ({@link MathF32}), while its compiled
 *       code is below 2,500 bytes (InlineSmallCode; the longest has 1,520) and it calls nothing but the Vector API: whether
 *       a call of ours inside it is inlined depends on its own profile, in which all its callers are mixed, and which
 *       may say that the call is rare. Measured: exp was fourteen times as slow in every twentieth JVM, erf of f64 four times
 *       in each;
 *   <li>methods of our own are called early. What a kernel inlines makes nodes, some four to seven hundred for a vector
 *       operation, and beyond 18,000 (NodeCountInliningCutoff) the JIT refuses calls, except those of the Vector API, which
 *       are annotated: it puts these off and inlines them in the end, up to 40,000 nodes that live. So a body has its calls
 *       of own methods within its first thirty operations (polynomials, an exponential), and from there on nothing but the
 *       API's; also a helper that makes a constant, or copies a sign, is one too many there, and every vector is boxed.
 *       Constants are {@code x.broadcast(0.5f)}, an annotated call. Templates have the body once ({@link
 *       HeavyUnaryTemplate}); what is longer than some fifty operations takes several kernels ({@link StepsKernel}). A
 *       template's own small helpers are no calls at all if they are {@link Expanded}: the last stores of a tile of a
 *       convolution, calls before, were boxes, and cost up to a quarter of it. But what is expanded counts for the first
 *       compiler, too (below);
 *   <li>nor are they called in code that runs seldom, if a loop carries what they return: the JIT does not inline calls that
 *       are reached in less than 0.85 per cent of a method's runs, nor below 25 per cent what it has compiled by itself
 *       before, and a vector that comes from a call makes the loop box its own. Measured: rows of 512 after runs of 65,536
 *       took 44 in place of 13 µs in every third JVM, for what the sum does after each 2,048;
 *   <li>methods of at most 325 bytes, or hot calls of them are not inlined either (FreqInlineSize);
 *   <li>no kernel inlined into what calls it. A call site that has seen one kernel is compiled with that one inside; the
 *       second makes it compile again, before that second kernel has run often enough to have a profile, and what is
 *       inlined without one is left half inlined, boxes, and stays so: measured 150 ns an element for a running product
 *       after a running sum, in three of six JVMs. So {@link #kernel} puts more instructions that do nothing before a
 *       kernel's first than the JIT inlines (FreqInlineSize, 325 bytes);
 *   <li>single elements are read and stored in the loop's own method, by {@link MemorySegment} or {@link Element}, whose code
 *       stamping writes there; what else does so is {@link Expanded}. The JDK's accesses pass through a small method that the
 *       JIT inlines by the profile of the JDK's own method around it, which is one for the whole process. If that is compiled
 *       early without a profile, because the compilers were busy, and all that calls it from then on is compiled to the end,
 *       it never gets one; then the call is refused in whatever is compiled later ("low call site frequency"). A method with
 *       a loop passes through the tier that takes profiles, together with what the first compiler inlines there: everything
 *       of the JDK's, but nothing of ours above 35 bytes or ten slots of stack and locals. Measured: elements picked by
 *       index took 124 in place of 19 µs in every twentieth JVM;
 *   <li>a body of one operand chooses its function by a switch over the kind. By comparisons with constants, which the JIT
 *       folds and which need no class for the switch's table, {@code exp} took a tenth longer, {@code sign} a quarter; the
 *       logarithms and the functions of two operands took as long, and compare;
 *   <li>methods small enough for the first compiler too (FACTS: a method that C1's third tier cannot compile may stay in
 *       its second for ever): at most some sixteen vector operations in one method.
 * </ul>
 *
 * <h2>Files cut short</h2>
 *
 * <p>An operand may be a mapped file, which another process may cut short. {@code Dispatch} looks for that before each
 * operator; here is for what happens while one runs. Where memory is gone, the virtual machine throws an {@link
 * InternalError} if the compiled method has an access by {@code Unsafe}, and ends the process if not; accesses by vectors do
 * not count. So {@link Lanes#mayFault} stands before them, which costs nothing and counts; stamping puts it in, written out,
 * since a call of it, refused in some JVMs, halved the speed of planes (averagePool 83 in place of 41 µs). The Vector API's own
 * methods, which an interpreted kernel calls and which are compiled before it is, have none: see {@link FileOperands}.
 *
 * <h2>Off the heap</h2>
 *
 * <p>All memory here is off the Java heap, but the JIT knows it only from the profile of the JDK's own accesses, which all
 * kernels share. Interpreted, {@code reinterpretAsInts} stores its vector to an array: from the first exponential on, every
 * store might go to either, and stands between two barriers. Measured: a sum of two operands in the first cache took 0.17 ns
 * an element in place of 0.03. So methods that are stamped begin with {@link Lanes#offHeap} of their segments; but not
 * those without a branch, which are inlined into such as have it. What a loop reassigns, and what comes from an object, is not
 * known by that: there it is written out, in the loop, or where the segment is read ({@link HeavyUnaryTemplate}: exp took 270
 * in place of 160 µs for 2^20 elements after a sum of rows).
 */
final class Stamp {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final ConcurrentHashMap<Class<?>, byte[]> PARTS = new ConcurrentHashMap<>();
    private static final ConcurrentHashMap<Class<?>, byte[]> KERNELS = new ConcurrentHashMap<>();
    private static final int INLINED_UP_TO = 325; // bytes of a method: the JIT's default
    private static final ClassDesc LANES = descriptor(Lanes.class);
    private static final ClassDesc SEGMENT = descriptor(MemorySegment.class);
    private static final ClassDesc EXPANDED = descriptor(Expanded.class);
    private static final MethodTypeDesc OFF_HEAP = MethodTypeDesc.of(SEGMENT, SEGMENT);

    private Stamp() {}

    /** A part of kernels, to be inlined into them: a new instance of a new copy of {@code template}, with these constants. */
    static <T> T of(Class<T> type, Class<? extends T> template, Object... data) {
        return define(type, PARTS.computeIfAbsent(template, _ -> stamped(Set.of(), template)), data);
    }

    /** A kernel, never inlined where it is called: else as {@link #of}. */
    static <T> T kernel(Class<T> type, Class<? extends T> template, Object... data) {
        return define(type, KERNELS.computeIfAbsent(template, _ -> kernelBytes(type, template)), data);
    }

    /**
     * {@link #kernel} of a template that says {@link FloatVector} where it means the vectors of {@code dtype}, which is its
     * first constant. For F64 {@code float} stands for double, too, and {@link Lanes#FLOAT} for {@link Lanes#DOUBLE}: single
     * elements pass between memory and vectors as floats, and are computed with in double, so that no local variable has to
     * become wider.
     */
    static <T> T exact(DType dtype, Class<T> type, Class<? extends T> template, Object... more) {
        byte[] bytes = KERNELS.computeIfAbsent(template, _ -> kernelBytes(type, template));
        Class<?> vectors = Lanes.species(dtype).vectorType().getSuperclass();
        Object[] data = Stream.concat(Stream.of(dtype), Arrays.stream(more)).toArray();
        return define(type, vectors == FloatVector.class ? bytes : with(vectors, bytes), data);
    }

    /** {@code bytes} of a class with {@code vectors} in the place of {@link FloatVector}. */
    private static byte[] with(Class<?> vectors, byte[] bytes) {
        Map<ClassDesc, ClassDesc> types = new HashMap<>(Map.of(descriptor(FloatVector.class), descriptor(vectors)));
        if (vectors == DoubleVector.class) {
            types.put(ConstantDescs.CD_float, ConstantDescs.CD_double);
            types.put(descriptor(ValueLayout.OfFloat.class), descriptor(ValueLayout.OfDouble.class));
        }
        ClassFile format = format();
        return format.transformClass(format.parse(bytes), (builder, element) -> {
            if (element instanceof MethodModel method) {
                builder.withMethod(
                        method.methodName().stringValue(),
                        with(types, method.methodTypeSymbol()),
                        method.flags().flagsMask(),
                        target -> target.transform(
                                method, MethodTransform.transformingCode((code, i) -> with(types, code, i))));
            } else {
                builder.with(element);
            }
        });
    }

    private static void with(Map<ClassDesc, ClassDesc> types, CodeBuilder code, CodeElement element) {
        switch (element) {
            case InvokeInstruction call ->
                code.invoke(
                        call.opcode(),
                        with(types, call.owner().asSymbol()),
                        call.name().stringValue(),
                        with(types, call.typeSymbol()),
                        call.isInterface());
            case TypeCheckInstruction check
            when check.opcode() == Opcode.CHECKCAST ->
                code.checkcast(with(types, check.type().asSymbol()));
            case FieldInstruction field
            when field.owner().asSymbol().equals(LANES) && types.containsKey(field.typeSymbol()) ->
                code.getstatic(LANES, "DOUBLE", with(types, field.typeSymbol()));
            case ConvertInstruction convert
            when types.containsKey(ConstantDescs.CD_float) && floatAndDouble(convert) -> {}
            default -> code.with(element);
        }
    }

    private static boolean floatAndDouble(ConvertInstruction convert) {
        return convert.opcode() == Opcode.F2D || convert.opcode() == Opcode.D2F;
    }

    private static ClassDesc with(Map<ClassDesc, ClassDesc> types, ClassDesc type) {
        return types.getOrDefault(type, type);
    }

    private static MethodTypeDesc with(Map<ClassDesc, ClassDesc> types, MethodTypeDesc type) {
        return MethodTypeDesc.of(
                with(types, type.returnType()),
                type.parameterList().stream().map(t -> with(types, t)).toList());
    }

    private static ClassDesc descriptor(Class<?> type) {
        return type.describeConstable().orElseThrow();
    }

    private static <T> T define(Class<T> type, byte[] bytes, Object... data) {
        try {
            Class<?> copy = LOOKUP.defineHiddenClassWithClassData(bytes, List.of(data), true)
                    .lookupClass();
            return type.cast(copy.getDeclaredConstructor().newInstance());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot stamp a " + type + " with " + List.of(data), e);
        }
    }

    /** The bytes of {@code template}, its implementations of {@code type}'s methods made too long to be inlined. */
    static byte[] kernelBytes(Class<?> type, Class<?> template) {
        return stamped(Arrays.stream(type.getMethods()).map(Method::getName).collect(Collectors.toSet()), template);
    }

    private static byte[] stamped(Set<String> notInlined, Class<?> template) {
        ClassModel model = model(template);
        Map<String, MethodModel> expanded = new HashMap<>(Helpers.OF_ELEMENT);
        expanded.putAll(expanded(model));
        return format().transformClass(model, (builder, element) -> {
            if (element instanceof MethodModel method) {
                if (isExpanded(method)) {
                    return;
                }
                CodeTransform code = new Expansion(expanded)
                        .andThen(CodeTransform.ofStateful(() -> new Guards(method)))
                        .andThen(new Expansion(Helpers.OF_LANES));
                if (notInlined.contains(method.methodName().stringValue())) {
                    code = code.andThen(new Padding());
                }
                builder.transformMethod(method, MethodTransform.transformingCode(code));
            } else {
                builder.with(element);
            }
        });
    }

    /** The methods of a class that are expanded, by owner, name and type. */
    private static Map<String, MethodModel> expanded(ClassModel model) {
        return model.methods().stream()
                .filter(Stamp::isExpanded)
                .collect(Collectors.toMap(method -> key(model.thisClass().asSymbol(), method), Function.identity()));
    }

    private static boolean isExpanded(MethodModel method) {
        return method.findAttribute(Attributes.runtimeInvisibleAnnotations())
                .filter(all -> all.annotations().stream()
                        .anyMatch(one -> one.classSymbol().equals(EXPANDED)))
                .isPresent();
    }

    private static boolean isSwitchOrCatch(CodeElement element) {
        return element instanceof TableSwitchInstruction
                || element instanceof LookupSwitchInstruction
                || element instanceof ExceptionCatch;
    }

    private static String key(ClassDesc owner, MethodModel method) {
        return key(owner, method.methodName().stringValue(), method.methodTypeSymbol());
    }

    private static String key(ClassDesc owner, String name, MethodTypeDesc type) {
        return owner.descriptorString() + name + type.descriptorString();
    }

    private static ClassModel model(Class<?> template) {
        return format().parse(read(template));
    }

    private static final class Helpers {
        static final Map<String, MethodModel> OF_ELEMENT = expanded(model(Element.class));
        static final Map<String, MethodModel> OF_LANES = expanded(model(Lanes.class));
    }

    private static ClassFile format() {
        return ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofClassLoading(Stamp.class.getClassLoader())));
    }

    /** Instructions that do nothing before the first. */
    private static final class Padding implements CodeTransform {
        @Override
        public void atStart(CodeBuilder code) {
            for (int i = 0; i < INLINED_UP_TO; i++) {
                code.nop();
            }
        }

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            code.with(element);
        }
    }

    /** Writes the bodies of {@link Expanded} methods in place of calls, with local variables and labels of their own. */
    private record Expansion(Map<String, MethodModel> methods) implements CodeTransform {
        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            MethodModel body = element instanceof InvokeInstruction call ? body(call) : null;
            if (body == null) {
                code.with(element);
            } else {
                new Body(code).write(body);
            }
        }

        private @Nullable MethodModel body(InvokeInstruction call) {
            return methods.get(key(call.owner().asSymbol(), call.name().stringValue(), call.typeSymbol()));
        }

        private final class Body {
            private final CodeBuilder code;
            private final Map<Integer, Integer> locals = new HashMap<>();
            private final Map<Label, Label> labels = new HashMap<>();

            Body(CodeBuilder code) {
                this.code = code;
            }

            /** The operands are on the stack, the last on top. */
            void write(MethodModel method) {
                MethodTypeDesc type = method.methodTypeSymbol();
                int slot = type.parameterList().stream()
                        .mapToInt(parameter -> TypeKind.from(parameter).slotSize())
                        .sum();
                for (ClassDesc parameter : type.parameterList().reversed()) {
                    TypeKind kind = TypeKind.from(parameter);
                    slot -= kind.slotSize();
                    code.storeLocal(kind, local(slot, kind));
                }
                Label end = code.newLabel();
                method.code().orElseThrow().forEach(element -> write(element, end));
                code.labelBinding(end);
            }

            private void write(CodeElement element, Label end) {
                switch (element) {
                    case LoadInstruction load -> code.loadLocal(load.typeKind(), local(load.slot(), load.typeKind()));
                    case StoreInstruction store ->
                        code.storeLocal(store.typeKind(), local(store.slot(), store.typeKind()));
                    case IncrementInstruction increment ->
                        code.iinc(local(increment.slot(), TypeKind.INT), increment.constant());
                    case BranchInstruction branch -> code.branch(branch.opcode(), label(branch.target()));
                    case LabelTarget target -> code.labelBinding(label(target.label()));
                    case ReturnInstruction _ -> code.goto_(end);
                    case CodeElement other
                    when isSwitchOrCatch(other) ->
                        throw new IllegalStateException("an expanded method has no switch and catches nothing");
                    case Instruction instruction -> accept(code, instruction);
                    default -> {} // numbers of lines and names of variables
                }
            }

            /** A slot may hold variables of several kinds, one after the other: each kind gets one of its own. */
            private int local(int slot, TypeKind kind) {
                TypeKind loadable = kind.asLoadable();
                return locals.computeIfAbsent(
                        slot * TypeKind.values().length + place(loadable), _ -> code.allocateLocal(loadable));
            }

            private Label label(Label of) {
                return labels.computeIfAbsent(of, _ -> code.newLabel());
            }
        }
    }

    /**
     * {@link Lanes#offHeap} of each segment that a method with branches is given, and a call of {@link Lanes#mayFault} before
     * the first access to memory by a vector after each label, up to one that is there already: a template whose loop is too
     * long for calls late in it has one at the loop's start.
     */
    private static final class Guards implements CodeTransform {
        private final MethodModel method;
        private boolean guarded;
        private boolean written;

        Guards(MethodModel method) {
            this.method = method;
        }

        @Override
        public void atStart(CodeBuilder code) {
            if (method.code().orElseThrow().elementStream().noneMatch(BranchInstruction.class::isInstance)) {
                return;
            }
            List<ClassDesc> parameters = method.methodTypeSymbol().parameterList();
            for (int i = 0; i < parameters.size(); i++) {
                if (parameters.get(i).equals(SEGMENT)) {
                    int slot = code.parameterSlot(i);
                    code.aload(slot).invokestatic(LANES, "offHeap", OFF_HEAP).astore(slot);
                }
            }
        }

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            if (element instanceof LabelTarget) {
                guarded = written;
            } else if (element instanceof InvokeInstruction call
                    && call.owner().asSymbol().equals(LANES)
                    && call.name().equalsString("mayFault")) {
                written = true;
                guarded = true;
            } else if (!guarded
                    && element instanceof InvokeInstruction call
                    && call.name().stringValue().endsWith("MemorySegment")
                    && call.owner().asInternalName().startsWith("jdk/incubator/vector/")) {
                code.invokestatic(LANES, "mayFault", MethodTypeDesc.of(ConstantDescs.CD_void));
                guarded = true;
            }
            code.with(element);
        }
    }

    private static byte[] read(Class<?> template) {
        String file = template.getSimpleName() + ".class";
        try (InputStream in = template.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("the jar of the SIMD backend lacks " + file);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The place of a dtype or kind in a table of kernels. */
    @SuppressWarnings("EnumOrdinal") // such a table lives as long as the process, and is never written down
    static int place(Enum<?> constant) {
        return constant.ordinal();
    }

    /** What a template throws that is stamped with a kind or dtype it has no code for. */
    static IllegalStateException notHere(Enum<?> constant) {
        return new IllegalStateException(constant + " is not here");
    }

    /** For a template's static initialiser: constant number {@code index} of the copy that {@code lookup} belongs to. */
    static <T> T data(MethodHandles.Lookup lookup, int index, Class<T> type) {
        try {
            return MethodHandles.classDataAt(lookup, ConstantDescs.DEFAULT_NAME, type, index);
        } catch (IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
