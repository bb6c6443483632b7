/** What a user's program looks like to the library: none of its classes is in the library's packages. */
@NullMarked
package outside;

import org.jspecify.annotations.NullMarked;
