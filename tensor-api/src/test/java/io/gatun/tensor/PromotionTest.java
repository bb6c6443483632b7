package io.gatun.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromotionTest {
    /** PyTorch's torch.promote_types over the ten dtypes, row by row in the order of {@link #ORDER}. */
    private static final String[] TABLE = {
        // U8  I8  I16 I32 I64 F16 F32 F64 BF16 BOOL
        "U8  I16 I16 I32 I64 F16 F32 F64 BF16 U8",
        "I16 I8  I16 I32 I64 F16 F32 F64 BF16 I8",
        "I16 I16 I16 I32 I64 F16 F32 F64 BF16 I16",
        "I32 I32 I32 I32 I64 F16 F32 F64 BF16 I32",
        "I64 I64 I64 I64 I64 F16 F32 F64 BF16 I64",
        "F16 F16 F16 F16 F16 F16 F32 F64 F32 F16",
        "F32 F32 F32 F32 F32 F32 F32 F64 F32 F32",
        "F64 F64 F64 F64 F64 F64 F64 F64 F64 F64",
        "BF16 BF16 BF16 BF16 BF16 F32 F32 F64 BF16 BF16",
        "U8  I8  I16 I32 I64 F16 F32 F64 BF16 BOOL",
    };

    private static final DType[] ORDER = {
        DType.U8, DType.I8, DType.I16, DType.I32, DType.I64, DType.F16, DType.F32, DType.F64, DType.BF16, DType.BOOL
    };

    @Test
    void everyPairOfDTypesPromotesAsInPyTorch() {
        for (int i = 0; i < ORDER.length; i++) {
            String[] row = TABLE[i].trim().split("\\s+", -1);
            for (int j = 0; j < ORDER.length; j++) {
                assertThat(DType.promote(ORDER[i], ORDER[j]))
                        .as("%s with %s", ORDER[i], ORDER[j])
                        .isEqualTo(DType.valueOf(row[j]));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"F32,I64,true", "I32,F32,false", "BOOL,I64,false", "I64,U8,true", "F64,F16,true", "I64,BOOL,true"})
    void aResultIsStoredInItsOwnCategoryOrAHigherOne(DType target, DType result, boolean fits) {
        assertThat(Promotion.canStore(result, target)).isEqualTo(fits);
    }
}
