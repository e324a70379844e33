! Texts of every length.
function length(text) result(n)
  character(*), intent(in) :: text
  integer :: n
  n = len(text)
end function
function trimmed(text) result(n)
  character(5), intent(in) :: text
  integer :: n
  n = len_trim(text)
end function
function code(letter) result(n)
  character, intent(in) :: letter
  integer :: n
  n = ichar(letter)
end function
subroutine greet(text)
  character(8), intent(out) :: text
  text = 'hello'
end subroutine
function letter() result(c)
  character :: c
  c = 'q'
end function
function word() result(c)
  character(4) :: c
  c = 'word'
end function
subroutine change(text)
  character(4), intent(inout) :: text
  text(1:1) = 'X'
end subroutine
